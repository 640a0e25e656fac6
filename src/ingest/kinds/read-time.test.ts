import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readTime } from "./read-time.ts";

const moment = Date.UTC(2024, 2, 1, 10, 0, 0);
const instants = fc.date({
  min: new Date("2001-09-10T00:00:00Z"),
  max: new Date("2099-12-31T00:00:00Z"),
  noInvalidDate: true,
});

describe("reading times", () => {
  test("RFC 3339 in every zone gives the instant that it names", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
        const sign = offset < 0 ? "-" : "+";
        const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
        const shifted = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
        assert.equal(readTime(`${shifted}${sign}${two(offset / 60)}:${two(offset % 60)}`), date.getTime());
      }),
    );
  });

  test("seconds, milliseconds, microseconds and nanoseconds since 1970 are told apart, as number or text", () => {
    fc.assert(
      fc.property(instants, (date) => {
        const millis = date.getTime();
        const seconds = Math.trunc(millis / 1000);
        assert.equal(readTime(seconds), seconds * 1000);
        assert.equal(readTime(millis), millis);
        assert.equal(readTime(millis * 1000), millis);
        assert.equal(readTime(`${millis}000000`), millis);
        assert.equal(readTime(String(seconds)), seconds * 1000);
      }),
    );
  });

  for (const [written, year] of [
    ["2024-03-01T10:00:00Z"],
    ["2024-03-01T10:00:00.0000000Z"],
    ["2024-03-01 10:00:00"],
    ["2024-03-01 10:00:00.000 UTC"],
    ["2024-03-01T11:00:00+0100"],
    ["01/Mar/2024:05:00:00 -0500"],
    ["Mar  1 10:00:00", 2024],
    ["Mar 01 10:00:00.000", 2024],
    ["Mar  1 2024 10:00:00"],
    ["/Date(1709287200000)/"],
    ["2024/03/01 10:00:00"],
    ["1709287200.000:348501"],
  ] as const) {
    test(`reads ${written}`, () => assert.equal(readTime(written, year), moment));
  }

  test("a syslog time without a year is no time until the caller gives one", () =>
    assert.equal(readTime("Mar  1 10:00:00"), undefined));

  test("nonsense is no time and never throws", () => {
    assert.equal(readTime("2024-13-41T99:00:00Z"), undefined);
    assert.equal(readTime(-5), undefined);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => ["number", "undefined"].includes(typeof readTime(value as never))),
    );
    fc.assert(fc.property(fc.string(), (value) => ["number", "undefined"].includes(typeof readTime(value))));
  });
});
