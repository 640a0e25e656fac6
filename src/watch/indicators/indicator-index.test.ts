import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RuleFacts } from "../rules/generation.ts";
import { readAddress, readNetwork } from "./address.ts";
import { domainText, type Indicator, readValue, urlText } from "./indicator.ts";
import { IndexBuilder } from "./index-builder.ts";
import { openIndex, type Sought } from "./indicator-index.ts";

const rule = (name: string): RuleFacts => ({
  id: `meridian.indicator/${name}`,
  title: name,
  type: "detection",
  level: "high",
  tags: [],
  silent: false,
  window: 1,
  file: "",
  set: "",
});
const empty: Sought = { src_ip: "", dst_ip: "", domain: "", url: "", hash: [], user: "" };

function indexOf(all: readonly (Indicator & { list: number })[], seed = 7) {
  const builder = new IndexBuilder();
  builder.addList(rule("a"));
  builder.addList(rule("b"));
  for (const { list, ...indicator } of all) builder.add(list, indicator);
  return openIndex(builder.finish(1, seed));
}

function indicatorOf(text: string, more: Partial<Indicator> = {}): Indicator {
  const read = readValue(text);
  assert.ok(read, text);
  return { ...read, labels: [], reference: "", ...more };
}

const four = fc
  .tuple(...Array.from({ length: 4 }, () => fc.constantFrom(0, 1, 10, 127, 128, 255)))
  .map((parts) => parts.join("."));
const six = fc
  .array(fc.constantFrom("0", "1", "ffff", "8000", "db8"), { minLength: 8, maxLength: 8 })
  .map((parts) => parts.join(":"));
const address = fc.oneof(
  four,
  six,
  four.map((text) => `::ffff:${text}`),
);
const network = fc.tuple(fc.oneof(four, six), fc.nat(128)).map(([text, bits]) => {
  const of = readAddress(text)!;
  const width = bits % (of.length * 32 + 1);
  if (readNetwork(`${text}/${width}`)) return `${text}/${width}`;
  return text.includes(":") ? "::/0" : width > 8 ? "10.0.0.0/8" : "0.0.0.0/1";
});
const label = fc.constantFrom("a", "b", "evil", "com", "x-1");
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join("."));
const url = fc
  .tuple(fc.constantFrom("http", "https"), name, fc.constantFrom("/", "/a", "/a/../b", "/%41?q=1", "/A"))
  .map(([scheme, host, path]) => `${scheme}://${host}${path}`);
const hash = fc.constantFrom("0".repeat(32), "a".repeat(40), "b".repeat(64));
const user = fc.constantFrom("eve", "corp\\eve", "eve@example.org", "Bob");
const written = fc.oneof(
  address,
  network,
  name,
  name.map((text) => `*.${text}`),
  url,
  hash,
);
const indicator = fc
  .record({
    list: fc.nat(1),
    text: written,
    reach: fc.constantFrom("exact", "below"),
    from: fc.option(fc.nat(20), { nil: undefined }),
    until: fc.option(fc.nat(20), { nil: undefined }),
    person: fc.option(user, { nil: undefined }),
  })
  .map(({ list, text, reach, from, until, person }) => {
    const read =
      person === undefined ? readValue(text, undefined, reach as "exact" | "below") : readValue(person, "user");
    return {
      ...read!,
      list,
      labels: [],
      reference: "",
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
    };
  });

/** What is meant, said as plainly as it goes. */
function holds(one: Indicator, event: Sought, at: number): boolean {
  if ((one.from ?? -Infinity) > at || (one.until ?? Infinity) <= at) return false;
  const host = event.url === "" ? "" : new URL(event.url).hostname.replace(/^\[|\]$/g, "");
  const bits = (text: string) => {
    const words = readAddress(text);
    return words && { size: words.length, text: words.map((word) => word.toString(2).padStart(32, "0")).join("") };
  };
  const seen = [event.src_ip, event.dst_ip, event.domain, host].map(bits).filter((found) => found !== undefined);
  if (one.type === "ip") return seen.some(({ text }) => text === bits(one.value)!.text);
  if (one.type === "cidr") {
    const read = readNetwork(one.value)!;
    const start = bits(one.value.split("/")[0]!)!;
    return seen.some(({ size, text }) => size === start.size && text.startsWith(start.text.slice(0, read.bits)));
  }
  if (one.type === "domain")
    return [event.domain, host]
      .map((text) => domainText(text))
      .some(
        (text) =>
          (text === one.value && one.reach !== "only-below") ||
          (one.reach !== "exact" && text !== undefined && text.endsWith(`.${one.value}`)),
      );
  if (one.type === "url") return event.url !== "" && urlText(event.url) === one.value;
  if (one.type === "hash") return event.hash.includes(one.value);
  const person = event.user.toLowerCase();
  return (
    event.user !== "" && (person === one.value || (person.includes("\\") && person.split("\\").at(-1) === one.value))
  );
}

test("an event is matched by exactly the indicators that hold for it, whatever lies around them", () => {
  const some = <Value>(values: fc.Arbitrary<Value>, other: Value) => fc.oneof(values, fc.constant(other));
  const event = fc.record({
    src_ip: some(fc.oneof(address, fc.constant("no address")), ""),
    dst_ip: some(address, ""),
    domain: some(
      fc.oneof(
        name,
        name.map((text) => `${text.toUpperCase()}.`),
        four,
      ),
      "",
    ),
    url: some(
      fc.oneof(
        url,
        four.map((text) => `http://${text}/a`),
      ),
      "",
    ),
    hash: fc.array(hash, { maxLength: 2 }),
    user: some(user, ""),
  });
  fc.assert(
    fc.property(fc.array(indicator, { maxLength: 40 }), event, fc.nat(20), fc.integer(), (all, asked, at, seed) => {
      const { match } = indexOf(all, seed);
      const found = new Set(match(asked, at).map(({ list, type, indicator: text }) => `${list} ${type} ${text}`));
      const wanted = new Set(
        all
          .filter((one) => holds(one, asked, at))
          .map(({ list, type, value, reach }) => `${list} ${type} ${reach === "only-below" ? "*." : ""}${value}`),
      );
      assert.deepEqual([...found].sort(), [...wanted].sort());
    }),
    { numRuns: 2_000 },
  );
});

test("a match says which column holds what, and what the list says of it", () => {
  const { match } = indexOf([
    {
      ...indicatorOf("hxxps[://]evil[.]example/drop", { labels: ["c2"], reference: "report 7", confidence: 80 }),
      list: 1,
    },
  ]);
  assert.deepEqual(match({ ...empty, url: "https://EVIL.example/drop#x" }, 0), [
    {
      list: 1,
      field: "url",
      value: "https://EVIL.example/drop#x",
      type: "url",
      indicator: "https://evil.example/drop",
      detail: '{"confidence":80,"labels":["c2"],"reference":"report 7"}',
    },
  ]);
});

test("whatever an event's columns hold, asking never throws", () => {
  const index = indexOf([
    { ...indicatorOf("10.0.0.0/8"), list: 0 },
    { ...indicatorOf("evil.example"), list: 0 },
    { ...indicatorOf("http://e.example/"), list: 0 },
  ]);
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webUrl(),
    fc.ipV6(),
    fc.constant("http://[::1"),
    fc.constant("://"),
  );
  fc.assert(
    fc.property(text, text, text, text, text, (src_ip, dst_ip, domain, url_, person) => {
      index.match({ src_ip, dst_ip, domain, url: url_, hash: [person], user: person }, 0);
    }),
  );
});

test("whatever is written, reading it gives nothing or a value that reads as itself again", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), written, fc.webUrl(), fc.domain(), fc.ipV6()), (text) => {
      const read = readValue(text);
      if (read) assert.deepEqual(readValue(read.value, read.type, read.reach), read);
    }),
  );
});
