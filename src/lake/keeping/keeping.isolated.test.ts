import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { DeadLetter } from "../contract.ts";
import { openKeeping } from "../testing/open-keeping.ts";

const day = 86_400_000;
const signal = new AbortController().signal;
const json = async (answer: Promise<Response> | Response) => (await answer).json() as Promise<Record<string, unknown>>;

describe("keeping and forgetting", () => {
  let house: Awaited<ReturnType<typeof openKeeping>>;
  before(async () => {
    house = await openKeeping();
  });
  after(() => house?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    // The next small insert may begin at once.
    house.clock.advance(100);
    for (const table of ["events", "findings", "dead_letters"]) await house.events.command(`truncate table ${table}`);
    const owner = house.as("owner");
    const { rules } = await json(owner("GET", "retention"));
    for (const { id } of rules as { id: string }[]) await owner("DELETE", `retention/${id}`);
    const { holds } = await json(owner("GET", "holds"));
    for (const { id } of holds as { id: string }[]) await owner("DELETE", `holds/${id}`);
  });

  const keep = async (wish: object) => assert.equal((await house.as("owner")("POST", "retention", wish)).status, 201);
  const hold = async (wish: object) =>
    json(house.as("owner")("POST", "holds", { reason: "a case", owner: "Ada", ...wish }));
  const old = (days: number) => house.clock.now() - days * day;

  test("without a rule nothing is forgotten, however old", async () => {
    await house.add([{ received: old(3000), raw: "old" }]);
    assert.deepEqual(await house.lake.forget(signal), []);
    assert.deepEqual(await house.left(), ["old"]);
  });

  test("the rule that says most of an event holds: source and class, source, class, all", async () => {
    await keep({ days: 10 });
    await keep({ source: "a", days: 20 });
    await keep({ class: 4001, days: 5 });
    await keep({ source: "a", class: 4001, days: 30 });
    const rows = [
      { source: "b", class: 1, kept: 10 },
      { source: "a", class: 1, kept: 20 },
      { source: "b", class: 4001, kept: 5 },
      { source: "a", class: 4001, kept: 30 },
    ];
    await house.add(
      rows.flatMap(({ kept, ...row }) => [
        { ...row, received: old(kept) - 1000, raw: "due" },
        { ...row, received: old(kept) + 1000, raw: "kept" },
      ]),
    );
    await house.lake.forget(signal);
    assert.deepEqual(await house.left(), ["kept", "kept", "kept", "kept"]);
  });

  test("a day of which all is due is dropped whole; of others the rows go", async () => {
    await keep({ days: 10 });
    await keep({ source: "long", days: 100 });
    await house.add([
      { received: old(20), raw: "a" },
      { received: old(20), raw: "b" },
      { received: old(21), raw: "c" },
      { received: old(21), raw: "stays", source: "long" },
    ]);
    const done = await house.lake.forget(signal);
    assert.deepEqual(
      done.map(({ rows, dropped }) => [rows, dropped]),
      [
        [1, false],
        [2, true],
      ],
    );
    assert.deepEqual(await house.left(), ["stays"]);
    assert.deepEqual(await house.lake.forget(signal), []);
  });

  test("what is held is forgotten by no rule, until the hold is lifted", async () => {
    await keep({ days: 10 });
    const { id } = await hold({ host: "WEB1", from: old(30), to: old(15) });
    await house.add([
      { received: old(20), time: old(20), host: "web1", raw: "held" },
      { received: old(20), time: old(14), host: "web1", raw: "later" },
      { received: old(20), time: old(20), host: "web2", raw: "other" },
    ]);
    const [first] = await house.lake.forget(signal);
    assert.deepEqual([first?.rows, first?.held, first?.dropped], [2, 1, false]);
    assert.deepEqual(await house.left(), ["held"]);
    assert.equal((await house.as("owner")("DELETE", `holds/${String(id)}`)).status, 204);
    await house.lake.forget(signal);
    assert.deepEqual(await house.left(), []);
  });

  test("findings and dead letters have rules of their own", async () => {
    await keep({ of: "dead_letters", days: 5 });
    const letter = (received: number): DeadLetter => ({
      source: "s",
      received,
      code: "bad-json",
      message: "",
      format: "ndjson",
      delivery: "d",
      index: received,
      bytes: Buffer.from("x"),
    });
    await house.lake.keepDeadLetters([letter(old(6)), letter(old(4))]);
    await house.add([{ received: old(60), raw: "event" }]);
    await house.lake.forget(signal);
    assert.deepEqual(await house.events.query("select count() as n from dead_letters"), [{ n: 1 }]);
    assert.deepEqual(await house.left(), ["event"]);
  });

  const erase = async (wish: object) => {
    const { id } = await json(house.as("owner")("POST", "erasures", { reason: "she asked", ...wish }));
    for (;;) {
      const { erasures } = await json(house.as("owner")("GET", "erasures"));
      const mine = (erasures as { id: string; state: string; subject?: string }[]).find((one) => one.id === id);
      if (mine?.state !== "running") return mine;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  test("an erasure takes all that names its subject as a word, in any case, and nothing else", async () => {
    const raw = (message: string) => JSON.stringify({ message });
    const gone = ["ana", "by ANA.", "a\nana", "x\tana\\y", '"ana"', "CORP\\Ana", "(ana)", "user=ana,"].map(raw);
    const stay = ["diana", "ana2", "ana@example.org", "ana-maria", "ana.lopez", "an a", "Ánana"].map(raw);
    await house.add([...gone, ...stay].map((text) => ({ raw: text })));
    await house.add([
      { user: "Ana", raw: "by column" },
      { raw: "{}", original: "<34>Oct 11 web su: ana failed" },
    ]);
    const counted = await json(house.as("owner")("POST", "erasures/count", { kind: "user", subject: "ana" }));
    assert.deepEqual((counted["counts"] as { events: object }).events, { found: gone.length + 2, held: 0 });
    assert.equal((await house.left()).length, gone.length + stay.length + 2);
    const done = await erase({ kind: "user", subject: "ana" });
    assert.deepEqual([done?.state, done?.subject], ["done", undefined]);
    assert.deepEqual(await house.left(), stay.toSorted());
  });

  test("an erasure reaches findings and dead letters, addresses in their columns, and any characters", async () => {
    await house.lake.keepDeadLetters([
      {
        source: "s",
        received: old(0),
        code: "bad-json",
        message: "",
        format: "ndjson",
        delivery: "d",
        index: 0,
        bytes: Buffer.from('{"who":"ana.b+c@example.org'),
      },
    ]);
    await house.events.insert("findings", [
      { id: "0".repeat(32), received: old(0), matched: '[{"value":"ana.b+c@example.org"}]' },
    ]);
    await house.add([{ src_ip: "192.0.2.7", raw: "address" }, { raw: "192.0.2.71" }, { raw: 'x%_\\"' }]);
    await erase({ kind: "text", subject: "ana.b+c@example.org" });
    await erase({ kind: "address", subject: "192.0.2.7" });
    await erase({ kind: "text", subject: "%_\\\"'; drop table events; --" });
    const counts = await house.events.query(
      "select (select count() from findings) + (select count() from dead_letters) as n",
    );
    assert.deepEqual(counts, [{ n: 0 }]);
    assert.deepEqual(await house.left(), ["192.0.2.71", 'x%_\\"']);
  });

  test("a hold wins over an erasure, which says so and keeps its subject", async () => {
    await hold({ source: "court" });
    await house.add([
      { user: "ana", source: "court", raw: "held" },
      { user: "ana", source: "other", raw: "free" },
    ]);
    const done = await erase({ kind: "user", subject: "ana" });
    assert.deepEqual([done?.state, done?.subject], ["held", "ana"]);
    assert.deepEqual(await house.left(), ["held"]);
  });

  test("the audit trail proves an erasure and does not name its subject", async () => {
    await house.add([{ user: "carla", raw: "carla" }]);
    await erase({ kind: "user", subject: "carla" });
    const entries = (await house.audit()).filter(({ action }) => action.startsWith("erasure."));
    assert.deepEqual([...new Set(entries.map(({ action }) => action))], ["erasure.manage", "erasure.finish"]);
    assert.ok(entries.every(({ details }) => details.includes("fingerprint")));
    assert.ok(entries.every(({ details }) => !details.includes("carla")));
  });

  test("who only reads may change nothing, and what is asked for has to make sense", async () => {
    for (const role of ["responder", "reader"] as const) {
      const ask = house.as(role);
      for (const [path, wish] of [
        ["retention", { days: 1 }],
        ["holds", { reason: "x", owner: "y", host: "z" }],
        ["erasures", { kind: "user", subject: "ana", reason: "x" }],
        ["erasures/count", { kind: "user", subject: "ana" }],
      ] as const)
        assert.equal((await ask("POST", path, wish)).status, 403, `${role} ${path}`);
    }
    assert.equal((await house.as("owner")("POST", "holds", { reason: "x", owner: "y" })).status, 422);
    assert.equal((await house.as("owner")("POST", "retention", { days: 0 })).status, 422);
  });
});
