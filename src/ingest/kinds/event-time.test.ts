import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "#sigma";
import { eventTime, eventTimeBy } from "./event-time.ts";
import { loadKinds } from "./load-kinds.ts";

const recognise = loadKinds();
const day = 86_400_000;
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function line(time: string): JsonObject {
  return { time, host: "web1", program: "sshd", message: "x" };
}
function withoutYear(at: Date): string {
  return `${months[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${at.toISOString().slice(11, 19)}`;
}
const timeBy = (time: string, written: number) => eventTimeBy(line(time), recognise(line(time), "syslog"), written);

describe("a time without a year", () => {
  const seconds = fc.integer({ min: Date.UTC(2001, 0, 1) / 1000, max: Date.UTC(2090, 0, 1) / 1000 });

  test("is found again whenever the log was written, from a day before to most of a year after", () => {
    const ago = fc.integer({ min: -day + 1000, max: 363 * day });
    fc.assert(
      fc.property(seconds, ago, (second, passed) => {
        const time = second * 1000;
        // 29 February comes back after four years only, and is another day until then.
        fc.pre(!withoutYear(new Date(time)).startsWith("Feb 29"));
        assert.equal(timeBy(withoutYear(new Date(time)), time + passed), time);
      }),
    );
  });

  test("never lies more than a day after the log was written, nor a year and two days before", () => {
    fc.assert(
      fc.property(seconds, seconds, (second, written) => {
        const time = timeBy(withoutYear(new Date(second * 1000)), written * 1000)!;
        assert.ok(time <= written * 1000 + day && time >= written * 1000 - 367 * day);
      }),
    );
  });

  test("of 29 February is that day when the log was written in a leap year's next months", () =>
    assert.equal(timeBy("Feb 29 10:00:00", Date.UTC(2025, 0, 9)), Date.UTC(2024, 1, 29, 10)));
});

test("a time that says its year stays as it is, though it lie after the log was written", () => {
  const late = "2031-05-06T07:08:09Z";
  assert.equal(timeBy(late, Date.UTC(2024, 0, 1)), Date.parse(late));
});

test("without knowing when the log was written, a time without a year is none", () => {
  const body = line("Mar  1 10:00:00");
  assert.equal(eventTime(body, recognise(body, "syslog")), undefined);
});
