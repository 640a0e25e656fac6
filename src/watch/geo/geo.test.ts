import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { createGeoBook } from "./geo-book.ts";
import { openGeo } from "./read-geo.ts";
import { Double, writeMmdb } from "./testing/write-mmdb.ts";

let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-geo-"))));
after(() => rm(folder, { recursive: true }));

const city = writeMmdb("GeoLite2-City", {
  "198.51.100.0/24": {
    country: { iso_code: "PT", names: { en: "Portugal" } },
    city: { names: { en: "Lisbon" } },
    location: { latitude: new Double(38.7), longitude: new Double(-9.1), accuracy_radius: 20 },
  },
  "198.51.100.128/25": { country: { iso_code: "ES" } },
  "2001:db8::/32": { country: { iso_code: "NL" } },
});
const asn = writeMmdb("GeoLite2-ASN", {
  "198.51.0.0/16": { autonomous_system_number: 64_500, autonomous_system_organization: "A Carrier" },
});
const flat = writeMmdb("ipinfo lite", { "203.0.113.0/24": { country_code: "JP", asn: "AS64501", as_name: "Another" } });
const log = { info: () => {}, warn: () => {} };

test("files of each maker say country, city and network, together", async () => {
  const paths = await Promise.all(
    Object.entries({ city, asn, flat }).map(async ([name, bytes]) => {
      const path = join(folder, `${name}.mmdb`);
      await writeFile(path, bytes);
      return path;
    }),
  );
  const geo = createGeoBook(paths, log);
  await geo.refresh();
  assert.deepEqual([geo.on, geo.problem, geo.files.length], [true, "", 3]);
  const carrier = { asn: 64_500, organization: "A Carrier" };
  assert.deepEqual(geo.look("198.51.100.7"), {
    country: "PT",
    city: "Lisbon",
    latitude: 38.7,
    longitude: -9.1,
    radius: 20,
    ...carrier,
  });
  assert.deepEqual(geo.look("::ffff:198.51.100.200"), { country: "ES", ...carrier });
  assert.deepEqual(geo.look("2001:DB8::1"), { country: "NL" });
  assert.deepEqual(geo.look("203.0.113.9"), { country: "JP", asn: 64_501, organization: "Another" });
  for (const nothing of ["10.0.0.1", "no address", "", "::1"]) assert.deepEqual(geo.look(nothing), {});
});

test("a file that changes is read anew, and one that breaks leaves the one before in force and says so", async () => {
  const path = join(folder, "changes.mmdb");
  const geo = createGeoBook([path], log);
  await geo.refresh();
  assert.deepEqual([geo.on, geo.problem !== ""], [false, true]);
  const of = (iso_code: string) => writeMmdb("x", { "192.0.2.0/24": { country: { iso_code } } });
  await writeFile(path, of("FR"));
  await geo.refresh();
  assert.deepEqual([geo.look("192.0.2.1"), geo.problem], [{ country: "FR" }, ""]);
  await writeFile(path, Buffer.concat([of("DE"), Buffer.from([0])]));
  await geo.refresh();
  assert.deepEqual(geo.look("192.0.2.1"), { country: "DE" });
  await writeFile(path, "broken");
  await geo.refresh();
  assert.deepEqual([geo.look("192.0.2.1"), geo.problem.includes("no MaxMind DB")], [{ country: "DE" }, true]);
});

test("without files nothing is known, and nothing is wrong", async () => {
  const geo = createGeoBook([], log);
  await geo.refresh();
  assert.deepEqual([geo.on, geo.problem, geo.look("198.51.100.7")], [false, "", {}]);
});

test("whatever a file's bytes are, opening it and asking it end in facts or nothing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(city.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(city.length),
      (changes, cut) => {
        const bytes = Buffer.from(city.subarray(0, cut % 3 === 0 ? cut : city.length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const opened = openGeo(bytes);
        if (opened.ok) for (const address of ["198.51.100.7", "2001:db8::1", "192.0.2.1"]) opened.file.look(address);
      },
    ),
    { numRuns: 1_000 },
  );
});
