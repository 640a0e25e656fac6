import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCredentials } from "./core/read-credentials.ts";
import { makeTokenText, readTokenText, spellTokenText } from "./token-text.ts";

const kinds = fc.constantFrom("ingest" as const, "api" as const);
const token = fc
  .tuple(kinds, fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([kind, random]) => spellTokenText(kind, random));

test("a token is of 64 characters that need no quoting, says what it is for, and two are never alike", () => {
  const seen = new Set<string>();
  for (let n = 0; n < 100; n += 1) {
    const { token: made, tail } = makeTokenText("ingest");
    const text = made.reveal();
    assert.match(text, /^mrdi_[0-9a-hjkmnp-tv-z]{59}$/);
    assert.ok(text.endsWith(tail));
    assert.equal(readTokenText(text), "ingest");
    seen.add(text);
  }
  assert.equal(seen.size, 100);
  assert.equal(readTokenText(makeTokenText("api").token.reveal()), "api");
});

test("different randomness makes different tokens", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, (one, two) => {
      assert.equal(spellTokenText("api", one) === spellTokenText("api", two), Buffer.compare(one, two) === 0);
    }),
  );
});

test("one wrong character, two that changed places, and a token cut short are told before anybody is asked", () => {
  const digit = fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz");
  fc.assert(
    fc.property(token, fc.nat(58), digit, (text, at, other) => {
      const place = at + 5;
      const wrong = text.slice(0, place) + other + text.slice(place + 1);
      assert.equal(readTokenText(wrong) === undefined, wrong !== text);
      const swapped = text.slice(0, place - 1) + text.charAt(place) + text.charAt(place - 1) + text.slice(place + 1);
      assert.equal(readTokenText(swapped) === undefined, swapped !== text);
      assert.equal(readTokenText(text.slice(0, place)), undefined);
      assert.equal(readTokenText(`${text}${other}`), undefined);
    }),
  );
});

test("a token is found in every form that senders put it into", () => {
  fc.assert(
    fc.property(
      token,
      fc.string({ maxLength: 20 }).filter((user) => !user.includes(":")),
      (text, user) => {
        const packed = Buffer.from(`${user}:${text}`).toString("base64");
        for (const header of [
          `Bearer ${text}`,
          `bearer  ${text}`,
          `Splunk ${text}`,
          `ApiKey ${text}`,
          `ApiKey ${packed}`,
          `Basic ${packed}`,
          `Basic ${packed.replace(/=+$/, "")}`,
        ])
          assert.ok(readCredentials(header)?.candidates.includes(text), header);
      },
    ),
  );
});

test("whatever an Authorization header holds, reading it ends in credentials or in nothing", () => {
  const schemes = fc.constantFrom("Bearer ", "Basic ", "ApiKey ", "Splunk ", "Digest ", "");
  fc.assert(
    fc.property(schemes, fc.string({ unit: "binary", maxLength: 300 }), (scheme, text) => {
      const read = readCredentials(scheme + text);
      assert.ok(read === undefined || read.candidates.length <= 2);
    }),
  );
});
