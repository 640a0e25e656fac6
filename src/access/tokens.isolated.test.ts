import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answerJson, route, type Route } from "#http";
import { type Id, Refusal } from "#kernel";
import { recordsMakers, type TestMaker } from "#platform/testing";
import fc from "fast-check";
import { z } from "zod";
import { type Actor, isIngestToken } from "./core/actor.ts";
import { sessionCookie } from "./sessions-http.ts";
import type { AccessTables } from "./tables.ts";
import { appOver } from "./testing/app-over.ts";
import { openAccess as openAccessOn } from "./testing/open-access.ts";
import { makeTokenText } from "./token-text.ts";

type House = Awaited<ReturnType<typeof openAccessOn>>;
const day = 86_400_000;

const own = route<Actor>();
/** Beside this room's routes: one that takes events, one that everybody may ask. */
const probes: Route<Actor>[] = [
  own({
    method: "POST",
    path: "/send",
    id: "send-events",
    says: "Sends.",
    admits: { permission: "ingest.send" },
    answers: { 200: { says: "Sent.", json: z.object({ source: z.string() }) } },
    handle: ({ caller }) => answerJson({ source: isIngestToken(caller) ? caller.source : "" }),
  }),
  own({
    method: "GET",
    path: "/open",
    id: "ask-open",
    says: "Open.",
    admits: { public: "it is a test" },
    answers: { 200: { says: "Yes.", json: z.object({ kind: z.string() }) } },
    handle: ({ caller }) => answerJson({ kind: caller.kind }),
  }),
];

function program(house: House) {
  const app = appOver(house, probes);
  return async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: unknown,
    from = "192.0.2.1",
  ) => {
    const answer = await app.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
      { incoming: { socket: { remoteAddress: from } } },
    );
    const text = await answer.text();
    const { status, headers: got } = answer;
    return { status, headers: got, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function create(house: House, wish: object): Promise<{ id: Id<"token">; token: string }> {
  const { access } = house;
  const verb = access.terminalVerbs((token) => token)["token.create"] ?? assert.fail();
  const asked = verb.takes.parse({ note: "", ...wish });
  return (await verb.run(asked, new AbortController().signal)) as { id: Id<"token">; token: string };
}

/** Signs the owner in, with what a browser has already; gives back what it has then. */
async function owner(house: House, cookie = ""): Promise<{ cookie: string; "sec-fetch-site": "same-origin" }> {
  const token = (await house.access.ownerLink()).reveal();
  const body = new URLSearchParams({ token });
  const headers = { cookie, "sec-fetch-site": "same-origin" } as const;
  const answer = await appOver(house).fetch(new Request("http://127.0.0.1/sign-in", { method: "POST", headers, body }));
  return { ...headers, cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? assert.fail() };
}

for (const { name, skip, start } of recordsMakers)
  describe(`tokens on ${name}`, { skip }, () => {
    let maker: TestMaker;
    before(async () => void (maker = await start()));
    after(() => maker?.stop());
    const openAccess = () => openAccessOn(maker);

    test("a source's token sends events of its source and may do nothing else", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const { token } = await create(house, { kind: "ingest", source: "edge-01" });
      assert.deepEqual((await ask("POST", "/send", bearer(token))).body, { source: "edge-01" });
      for (const { method, path, admits } of house.access.routes) {
        if (!("permission" in admits)) continue;
        const { status, body } = await ask(method, path.replace("{id}", "x"), bearer(token));
        assert.deepEqual([status, body["code"]], [403, "http/not-permitted"], path);
      }
    });

    test("a token with a role does what the role may, but lets nobody in and makes no token", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const { token } = await create(house, { kind: "api", role: "owner" });
      assert.equal((await ask("GET", "/api/audit", bearer(token))).status, 200);
      assert.equal((await ask("GET", "/api/tokens", bearer(token))).status, 200);
      for (const [method, path, body] of [
        ["POST", "/api/tokens", { kind: "api", role: "owner" }],
        ["DELETE", `/api/tokens/token_${"0".repeat(26)}`, undefined],
        ["POST", "/api/people", { name: "Eve", role: "owner" }],
        ["GET", "/api/sessions", undefined],
        ["POST", "/send", undefined],
      ] as const)
        assert.equal((await ask(method, path, bearer(token), body)).status, 403, `${method} ${path}`);
      const reader = await create(house, { kind: "api", role: "reader" });
      assert.equal((await ask("GET", "/api/audit", bearer(reader.token))).status, 403);
    });

    test("senders bring their token in the form that they know; the API takes Bearer alone", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const { token } = await create(house, { kind: "ingest", source: "hec" });
      const packed = Buffer.from(`meridian:${token}`).toString("base64");
      for (const header of [`Splunk ${token}`, `ApiKey ${packed}`, `ApiKey ${token}`, `Basic ${packed}`])
        assert.equal((await ask("POST", "/send", { authorization: header })).status, 200, header.split(" ")[0]);
      const api = await create(house, { kind: "api", role: "owner" });
      const refused = await ask("GET", "/api/audit", {
        authorization: `Basic ${Buffer.from(`x:${api.token}`).toString("base64")}`,
      });
      assert.deepEqual([refused.status, refused.body["code"]], [401, "access/token-scheme"]);
    });

    test("what is no token, is unknown, expired or revoked is told apart, as 401 with a challenge", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const brief = await create(house, { kind: "ingest", source: "x", lifetime: day });
      const lasting = await create(house, { kind: "ingest", source: "x" });
      const codeOf = async (token: string) => {
        const { status, headers, body } = await ask("POST", "/send", bearer(token));
        assert.equal(status, 401);
        assert.equal(headers.get("www-authenticate"), 'Bearer realm="meridian", error="invalid_token"');
        return body["code"];
      };
      assert.equal(await codeOf("nonsense"), "access/token-unreadable");
      assert.equal(await codeOf(lasting.token.slice(0, -1)), "access/token-unreadable");
      assert.equal(await codeOf(makeTokenText("ingest").token.reveal()), "access/token-unknown");
      assert.equal((await ask("POST", "/send", bearer(brief.token))).status, 200);
      house.clock.advance(day);
      assert.equal(await codeOf(brief.token), "access/token-expired");
      const as = await owner(house);
      assert.equal((await ask("DELETE", `/api/tokens/${lasting.id}`, as)).status, 204);
      assert.equal(await codeOf(lasting.token), "access/token-revoked");
      assert.equal((await ask("DELETE", `/api/tokens/${lasting.id}`, as)).status, 404);
      const stranger = await ask("POST", "/send");
      assert.deepEqual(
        [stranger.body["code"], stranger.headers.get("www-authenticate")],
        ["http/sign-in-first", 'Bearer realm="meridian"'],
      );
    });

    test("a token that is used works no moment longer once it is revoked here, and 10 s longer where it is revoked elsewhere", async () => {
      await using house = await openAccess();
      const { access, clock } = house;
      const ask = program(house);
      const { id, token } = await create(house, { kind: "ingest", source: "x" });
      const status = async () => (await ask("POST", "/send", bearer(token))).status;
      assert.equal(await status(), 200);
      await access.change(
        { kind: "system", id: "system:elsewhere", may: () => true },
        "tokens.manage",
        async ({ tx, at }) =>
          void (await tx
            .tables<AccessTables>()
            .updateTable("access_tokens")
            .set({ revoked_at: at })
            .where("id", "=", id)
            .execute()),
      );
      assert.equal(await status(), 200);
      clock.advance(9_999);
      assert.equal(await status(), 200);
      clock.advance(1);
      assert.equal(await status(), 401);
    });

    test("who fails ten times has to wait, and is told how long; a good token from the same address goes through", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const good = await create(house, { kind: "ingest", source: "x" });
      const bad = makeTokenText("ingest").token.reveal();
      for (let times = 0; times < 10; times += 1)
        assert.equal((await ask("POST", "/send", bearer(bad))).status, 401, String(times));
      const refused = await ask("POST", "/send", bearer(bad));
      assert.deepEqual(
        [refused.status, refused.body["code"], refused.headers.get("retry-after")],
        [429, "access/too-many-bad-tokens", "10"],
      );
      assert.equal((await ask("POST", "/send", bearer(good.token))).status, 200);
      assert.equal((await ask("POST", "/send", bearer(bad), undefined, "192.0.2.2")).status, 401);
    });

    test("an address that makes up tokens is refused without a look at the records; its neighbours are not", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const good = await create(house, { kind: "ingest", source: "x" });
      const codes = new Set<unknown>();
      for (let times = 0; times < 400; times += 1)
        codes.add((await ask("POST", "/send", bearer(makeTokenText("ingest").token.reveal()))).status);
      assert.deepEqual(codes, new Set([401, 429]));
      assert.equal((await ask("POST", "/send", bearer(good.token))).status, 429, "not known yet, and no look left");
      assert.equal((await ask("POST", "/send", bearer(good.token), undefined, "192.0.2.2")).status, 200);
      assert.equal((await ask("POST", "/send", bearer(good.token))).status, 200, "known now");
    });

    test("everybody's routes answer whatever token comes along", async () => {
      await using house = await openAccess();
      const ask = program(house);
      assert.deepEqual((await ask("GET", "/open", bearer("nonsense"))).body, { kind: "stranger" });
      const { token } = await create(house, { kind: "api", role: "reader" });
      assert.deepEqual((await ask("GET", "/open", bearer(token))).body, { kind: "token" });
    });

    test("a cookie and a token together may do what both may, and are held to the cookie's rules of origin", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const as = await owner(house);
      const reader = await create(house, { kind: "api", role: "reader" });
      const source = await create(house, { kind: "ingest", source: "x" });
      assert.equal((await ask("GET", "/api/audit", as)).status, 200);
      assert.equal((await ask("GET", "/api/audit", { ...as, ...bearer(reader.token) })).status, 403);
      assert.equal((await ask("POST", "/send", { ...as, ...bearer(source.token) })).status, 403);
      assert.equal((await ask("GET", "/api/audit", { ...as, ...bearer("nonsense") })).status, 401);
      const { cookie = "" } = as;
      const foreign = await ask("POST", "/send", { cookie, ...bearer(source.token) });
      assert.equal(foreign.body["code"], "http/foreign-origin");
      const proxied = { ...as, authorization: `Basic ${Buffer.from("front:door").toString("base64")}` };
      assert.equal((await ask("GET", "/api/audit", proxied)).status, 200, "a password that a proxy asked for");
    });

    test("a session's token is always new after signing in, whatever cookie a browser brought along", async () => {
      await using house = await openAccess();
      const planted = `${sessionCookie}=${"x".repeat(43)}`;
      const seen = new Set([planted]);
      let cookie = planted;
      for (let times = 0; times < 5; times += 1) {
        ({ cookie } = await owner(house, cookie));
        assert.ok(!seen.has(cookie));
        seen.add(cookie);
      }
      const asPlanted = new Request("http://127.0.0.1/", { headers: { cookie: planted } });
      assert.equal((await house.access.identify(asPlanted)).kind, "stranger");
    });

    test("tokens are listed newest first, page by page, with what they are for and never their text", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const as = await owner(house);
      const made: { id: string; token: string }[] = [];
      for (let n = 0; n < 5; n += 1) {
        house.clock.advance(1);
        const wish = { kind: "ingest", source: `s${n}`, note: `number ${n}`, lifetime: day };
        const { status, body } = await ask("POST", "/api/tokens", as, wish);
        assert.equal(status, 201);
        made.unshift(body as { id: string; token: string });
      }
      const listed: Record<string, unknown>[] = [];
      let after: unknown;
      do {
        const { body } = await ask(
          "GET",
          `/api/tokens?limit=2${after === undefined ? "" : `&after=${String(after)}`}`,
          as,
        );
        listed.push(...(body["tokens"] as Record<string, unknown>[]));
        assert.ok(made.every(({ token }) => !JSON.stringify(body).includes(token)));
        after = body["next"];
      } while (after !== undefined);
      assert.deepEqual(
        listed.map(({ id, source, tail }) => [id, source, tail]),
        made.map(({ id, token }, index) => [id, `s${4 - index}`, token.slice(-4)]),
      );
    });

    test("no token's text is in the records, and each is made and revoked with an audit entry", async () => {
      await using house = await openAccess();
      const ask = program(house);
      const { id, token } = await create(house, { kind: "ingest", source: "x" });
      await ask("POST", "/send", bearer(token));
      await house.access.keepSightings();
      const db = house.records.tables<AccessTables>();
      const audit = await db.selectFrom("access_audit").selectAll().execute();
      const rows = await db.selectFrom("access_tokens").selectAll().execute();
      assert.ok(!JSON.stringify([audit, rows]).includes(token));
      assert.equal(rows[0]?.seen_at, house.clock.now());
      assert.deepEqual(
        audit.filter(({ subject }) => subject === id).map(({ actor, action }) => [actor, action]),
        [["system:terminal", "tokens.manage"]],
      );
    });

    test("every audit entry, done or refused, is handed on in its own transaction, and what throws there undoes the change", async () => {
      const kept: [string, string, string | undefined][] = [];
      let fails = false;
      await using house = await openAccessOn(maker, {
        keep: async (tx, entry) => {
          const inside = await tx.tables<AccessTables>().selectFrom("access_audit").select("action").execute();
          assert.ok(inside.length > kept.length, "after the entry is written");
          if (fails) throw new Error("the ledger is full");
          kept.push([entry.action, entry.outcome, entry.subject]);
        },
      });
      const { access, records } = house;
      const make = (may: boolean) =>
        access.change({ kind: "system", id: "system:x", may: () => may }, "things.make", async ({ audit }) =>
          audit("thing_1"),
        );
      await make(true);
      await assert.rejects(make(false), (error) => error instanceof Refusal);
      assert.deepEqual(kept, [
        ["things.make", "done", "thing_1"],
        ["things.make", "refused", undefined],
      ]);
      fails = true;
      await assert.rejects(make(true), /ledger is full/);
      const audit = await records.tables<AccessTables>().selectFrom("access_audit").select("action").execute();
      assert.equal(audit.length, 2);
    });

    test("tokens are forgotten 30 days after they were revoked or expired, living ones never", async () => {
      await using house = await openAccess();
      await create(house, { kind: "ingest", source: "lives" });
      await create(house, { kind: "ingest", source: "x", lifetime: day });
      house.clock.advance(31 * day);
      assert.equal(await house.access.forget(), 0);
      house.clock.advance(1);
      assert.equal(await house.access.forget(), 1);
    });

    test("no source's name but 1 to 63 of a-z, 0-9, dot, dash and underscore makes a token", async () => {
      await using house = await openAccess();
      const verb = house.access.terminalVerbs((token) => token)["token.create"] ?? assert.fail();
      const takes = (source: string) => verb.takes.safeParse({ kind: "ingest", source }).success;
      for (const source of ["a", "edge-01.lis_x", "0", "x".repeat(63)]) assert.ok(takes(source), source);
      for (const source of ["", "-a", ".a", "A", "a b", "a\n", "a/b", "x".repeat(64), "ä"])
        assert.ok(!takes(source), source);
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), (text) => {
          assert.equal(takes(text), /^[a-z0-9][a-z0-9-_.]{0,62}$/.test(text) && !text.endsWith("\n"));
        }),
      );
    });
  });
