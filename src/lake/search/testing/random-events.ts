import fc from "fast-check";
import type { EventColumns } from "../../contract.ts";
import { emptyEvent } from "./event-table.ts";

/** Few words in many forms, so that searches and events meet. */
export const words = fc.constantFrom(
  ..."curl sh -s | bash CURL Powershell.exe C:\\Windows\\new \\\\host\\share /etc/passwd nfoo foo Foo é É été K ſs \"q\" a\nfoo x\ty net et 10.0.0.1 lis01-web3 lis01 web3 % _ \\ ? * 'x' ) \u0001z {a} [b] ".split(
    " ",
  ),
  " ",
  "foo bar",
  "a,b",
);

const text = fc.array(words, { maxLength: 4 }).map((some) => some.join(" "));

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

export const keys = fc.constantFrom(
  "EventData",
  "eventdata",
  "TargetUserName",
  "a",
  "b",
  "a.b",
  "ä",
  "user name",
  'k"',
  "foo",
);

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    text,
    fc.constantFrom<Json>(0, 1, 5, -3, 1.5, 4688, true, false, null),
    fc.array(tie("json"), { maxLength: 3 }),
    object(tie("json")),
  ),
}));

function object(value: fc.Arbitrary<Json>): fc.Arbitrary<{ [key: string]: Json }> {
  // One key in two cases would have two meanings.
  return fc
    .uniqueArray(fc.tuple(keys, value), { maxLength: 4, selector: ([key]) => key.toLowerCase() })
    .map((entries) => Object.fromEntries(entries));
}

export const randomEvents: fc.Arbitrary<EventColumns[]> = fc
  .array(
    fc.record({
      time: fc
        .constantFrom(0, 1, 999, 86_400_000, 86_399_999, 172_800_000)
        .map((after) => Date.UTC(2026, 0, 1) + after),
      host: fc.constantFrom("lis01-web3", "LIS01-WEB3", "lis01", "", "é-host"),
      user: text,
      cmd: text,
      process: text,
      hash: fc.array(fc.constantFrom("ab12", "cd34"), { maxLength: 2 }),
      severity: fc.integer({ min: 0, max: 6 }),
      src_ip: fc.constantFrom("", "10.0.0.1", "10.200.0.1", "192.168.1.1", "fe80::1", "not an address", "2001:db8::5"),
      dst_ip: fc.constantFrom("", "10.0.0.1", "8.8.8.8"),
      dst_port: fc.constantFrom(0, 22, 443, 1024, 65_535),
      raw: object(json).map((value) => JSON.stringify(value)),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) =>
    rows.map((row, index) => ({ ...emptyEvent, ...row, uid: String(index).padStart(32, "0"), received: row.time })),
  );
