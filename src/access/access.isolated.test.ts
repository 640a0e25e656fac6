import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Refusal } from "#kernel";
import type { Tx } from "#platform";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { stranger, systemActor } from "./core/actor.ts";
import { checkPermissionTables, type PermissionTable } from "./core/permissions.ts";
import { addPerson } from "./store.ts";
import type { AccessTables } from "./tables.ts";
import { appOver } from "./testing/app-over.ts";
import { openAccess as openAccessOn, sessionLifetime } from "./testing/open-access.ts";

type House = Awaited<ReturnType<typeof openAccessOn>>;

const isRefusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

/** A browser: keeps its cookie. */
function browser(house: House) {
  const app = appOver(house);
  let cookie = "";
  const ask = async (method: string, path: string, body?: unknown) => {
    const form = body instanceof URLSearchParams;
    const answer = await app.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method,
        headers: {
          cookie,
          "sec-fetch-site": "same-origin",
          ...(body === undefined || form ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      }),
    );
    const set = answer.headers.get("set-cookie");
    if (set !== null) cookie = set.split(";")[0] ?? "";
    const text = await answer.text();
    return {
      status: answer.status,
      set,
      location: answer.headers.get("location"),
      retryAfter: answer.headers.get("retry-after"),
      body: (text === "" ? undefined : JSON.parse(text)) as Record<string, unknown> & { code?: string },
    };
  };
  return { ask, signIn: (token: string) => ask("POST", "/sign-in", new URLSearchParams({ token })) };
}

for (const { name, skip, start } of recordsMakers)
  describe(`access on ${name}`, { skip }, () => {
    let maker: TestMaker;
    before(async () => void (maker = await start()));
    after(() => maker?.stop());
    const openAccess = () => openAccessOn(maker);

    test("a link begins one session, however often and however much at once it is tried", async () => {
      await using house = await openAccess();
      const token = (await house.access.firstLink())?.reveal() ?? "";
      const answers = await Promise.all(Array.from({ length: 8 }, () => browser(house).signIn(token)));
      assert.equal(answers.filter(({ status }) => status === 303).length, 1);
      assert.equal(answers.filter(({ body }) => body?.code === "access/link-used").length, 7);
    });

    test("a link is of no use after 15 minutes, and an unknown one never", async () => {
      await using house = await openAccess();
      const token = (await house.access.firstLink())?.reveal() ?? "";
      house.clock.advance(15 * 60_000);
      assert.equal((await browser(house).signIn(token)).body.code, "access/link-expired");
      assert.equal((await browser(house).signIn("x".repeat(43))).body.code, "access/link-unknown");
    });

    test("links come at each start until somebody has signed in, then no more; the terminal always gets one", async () => {
      await using house = await openAccess();
      assert.ok(await house.access.firstLink());
      const second = await house.access.firstLink();
      assert.equal((await browser(house).signIn(second?.reveal() ?? "")).status, 303);
      assert.equal(await house.access.firstLink(), undefined);
      assert.equal((await browser(house).signIn((await house.access.ownerLink()).reveal())).status, 303);
    });

    test("no token that opens a door is in the records, only hashes", async () => {
      await using house = await openAccess();
      const token = (await house.access.firstLink())?.reveal() ?? "";
      const { set } = await browser(house).signIn(token);
      const session = /meridian_session=([\w-]{43});/.exec(set ?? "")?.[1] ?? assert.fail(String(set));
      const db = house.records.tables<AccessTables>();
      const all = JSON.stringify(
        await Promise.all([
          db.selectFrom("access_links").selectAll().execute(),
          db.selectFrom("access_sessions").selectAll().execute(),
          db.selectFrom("access_audit").selectAll().execute(),
        ]),
      );
      assert.ok(!all.includes(token) && !all.includes(session));
    });

    test("the session cookie is out of reach of scripts and of other sites' requests, and lasts as long as the session", async () => {
      await using house = await openAccess();
      const { set } = await browser(house).signIn((await house.access.firstLink())?.reveal() ?? "");
      assert.match(set ?? "", new RegExp(`; Path=/; Max-Age=${sessionLifetime / 1_000}; HttpOnly; SameSite=Lax$`));
    });

    test("a session ends with its time, with signing out, and when its person ends it from elsewhere", async () => {
      await using house = await openAccess();
      const [one, two] = [browser(house), browser(house)];
      await one.signIn((await house.access.ownerLink()).reveal());
      house.clock.advance(1);
      await two.signIn((await house.access.ownerLink()).reveal());
      const { sessions } = (await one.ask("GET", "/api/sessions")).body as {
        sessions: { id: string; current: boolean }[];
      };
      assert.deepEqual(
        sessions.map(({ current }) => current),
        [false, true],
      );
      assert.equal((await one.ask("DELETE", `/api/sessions/${sessions[0]?.id}`)).status, 204);
      assert.equal((await one.ask("DELETE", `/api/sessions/${sessions[0]?.id}`)).status, 404);
      assert.equal((await two.ask("GET", "/api/sessions")).status, 401);
      assert.equal((await one.ask("POST", "/sign-out")).status, 303);
      assert.equal((await one.ask("GET", "/api/sessions")).status, 401);
      await one.signIn((await house.access.ownerLink()).reveal());
      house.clock.advance(sessionLifetime);
      assert.equal((await one.ask("GET", "/api/sessions")).status, 401);
    });

    test("an owner lets people in and ends their access at once; nobody else does; the last owner stays", async () => {
      await using house = await openAccess();
      const [owner, reader] = [browser(house), browser(house)];
      await owner.signIn((await house.access.ownerLink()).reveal());
      house.clock.advance(1);
      const invited = (await owner.ask("POST", "/api/people", { name: "Ada", role: "reader" })).body as {
        id: string;
        link: string;
      };
      await reader.signIn(new URL(invited.link, "http://x").searchParams.get("token") ?? "");
      assert.equal((await reader.ask("GET", "/api/sessions")).status, 200);
      for (const [method, path, body] of [
        ["GET", "/api/people", undefined],
        ["POST", "/api/people", { name: "Eve", role: "owner" }],
        ["GET", "/api/audit", undefined],
      ] as const)
        assert.equal((await reader.ask(method, path, body)).status, 403, path);
      const { people } = (await owner.ask("GET", "/api/people")).body as { people: { id: string; role: string }[] };
      assert.deepEqual(
        people.map(({ role }) => role),
        ["owner", "reader"],
      );
      assert.equal((await owner.ask("DELETE", `/api/people/${invited.id}`)).status, 204);
      assert.equal((await reader.ask("GET", "/api/sessions")).status, 401);
      assert.equal((await owner.ask("DELETE", `/api/people/${people[0]?.id}`)).body.code, "access/last-owner");
    });

    test("a change that fails leaves nothing: no row, no audit entry, no announcement", async () => {
      await using house = await openAccess();
      const { access, records } = house;
      const boom = new Error("boom");
      await assert.rejects(
        access.change(systemActor("test", ["things.make"]), "things.make", async ({ tx, newId, at, announce }) => {
          await addPerson(tx, { id: newId("person"), name: "x", role: "owner", since: at, ended_at: null });
          announce("thing.made", {});
          throw boom;
        }),
        (error) => error === boom,
      );
      const db = records.tables<AccessTables>();
      assert.deepEqual(await db.selectFrom("access_people").selectAll().execute(), []);
      assert.deepEqual(await db.selectFrom("access_audit").selectAll().execute(), []);
      assert.deepEqual(await records.outbox.counts(), { waiting: 0, dead: 0 });
    });

    test("a change that succeeds is audited and announced in its own transaction", async () => {
      await using house = await openAccess();
      const { access, records, clock } = house;
      await access.change(systemActor("test", ["things.make"]), "things.make", async ({ announce, audit }) => {
        announce("thing.made", { n: 1 });
        audit("thing_1", { n: 1 });
      });
      const [entry] = await records.tables<AccessTables>().selectFrom("access_audit").selectAll().execute();
      assert.deepEqual(entry, {
        sequence: 1,
        at: clock.now(),
        actor: "system:test",
        action: "things.make",
        outcome: "done",
        subject: "thing_1",
        details: '{"n":1}',
        request: null,
      });
      assert.deepEqual(await records.outbox.counts(), { waiting: 1, dead: 0 });
    });

    test("without the permission the work never runs, and a known actor's attempt is in the audit trail", async () => {
      await using house = await openAccess();
      const { access, records } = house;
      const work = () => assert.fail("the work ran");
      await assert.rejects(access.change(stranger, "things.make", work), isRefusal("access/not-permitted"));
      await assert.rejects(
        access.change(systemActor("test", []), "things.make", work),
        isRefusal("access/not-permitted"),
      );
      await assert.rejects(access.change(systemActor("test", ["no.such"]), "no.such", work), RangeError);
      const entries = await records
        .tables<AccessTables>()
        .selectFrom("access_audit")
        .select(["actor", "outcome"])
        .execute();
      assert.deepEqual(entries, [{ actor: "system:test", outcome: "refused" }]);
    });

    test("the door is claimed once: after access, nobody can write around it", async () => {
      await using house = await openAccess();
      assert.throws(() => house.records.claimDoor());
      // The compiler holds the rest: what a store function wants is a Tx, and an object like one is none.
      // @ts-expect-error -- a Tx cannot be made up
      const forged: Tx = { tables: () => house.records.tables() };
      assert.ok(forged);
    });

    test("links and sessions are forgotten 30 days after their end, living ones never", async () => {
      await using house = await openAccess();
      await browser(house).signIn((await house.access.ownerLink()).reveal());
      house.clock.advance(30 * 86_400_000);
      assert.equal(await house.access.forget(), 0);
      house.clock.advance(86_400_000);
      assert.equal(await house.access.forget(), 2);
    });

    test("the audit entry of a request's change carries its id, done and refused alike", async () => {
      await using house = await openAccess();
      const { access, records } = house;
      const asked = { requestId: "request_1" };
      await access.change(systemActor("test", ["things.make"]), "things.make", async () => {}, asked);
      await assert.rejects(access.change(systemActor("test", []), "things.make", async () => {}, asked));
      const rows = await records
        .tables<AccessTables>()
        .selectFrom("access_audit")
        .select(["outcome", "request"])
        .execute();
      assert.deepEqual(rows, [
        { outcome: "done", request: "request_1" },
        { outcome: "refused", request: "request_1" },
      ]);
      const one = browser(house);
      await one.signIn((await access.ownerLink()).reveal());
      const { entries } = (await one.ask("GET", "/api/audit")).body as {
        entries: { action: string; requestId?: string }[];
      };
      assert.match(entries.find(({ action }) => action === "sessions.begin")?.requestId ?? "", /^request_/);
      assert.equal("requestId" in (entries.find(({ action }) => action === "links.make") ?? {}), false);
    });

    test("forms end one session, all others, and this one; ending what has ended already is no mistake", async () => {
      await using house = await openAccess();
      const signedIn = async () => {
        const one = browser(house);
        await one.signIn((await house.access.ownerLink()).reveal());
        house.clock.advance(1);
        return one;
      };
      const list = async (one: ReturnType<typeof browser>) =>
        ((await one.ask("GET", "/api/sessions")).body as { sessions: { id: string; current: boolean }[] }).sessions;
      const [one, two, three, four] = [await signedIn(), await signedIn(), await signedIn(), await signedIn()];
      const [newest] = await list(one);
      for (const ended of [1, 0])
        assert.equal((await one.ask("POST", `/sessions/${newest?.id}/end`)).location, `/sessions?ended=${ended}`);
      assert.equal((await four.ask("GET", "/api/sessions")).status, 401);
      assert.equal((await one.ask("POST", "/sessions/end-others")).location, "/sessions?ended=2");
      for (const gone of [two, three]) assert.equal((await gone.ask("GET", "/api/sessions")).status, 401);
      const [own, ...others] = await list(one);
      assert.deepEqual([own?.current, others], [true, []]);
      const answer = await one.ask("POST", `/sessions/${own?.id}/end`);
      assert.deepEqual([answer.location, /Max-Age=0/.test(answer.set ?? "")], ["/", true]);
      assert.equal((await one.ask("GET", "/api/sessions")).status, 401);
    });

    test("nobody ends, or learns of, another person's session", async () => {
      await using house = await openAccess();
      const [owner, reader] = [browser(house), browser(house)];
      await owner.signIn((await house.access.ownerLink()).reveal());
      house.clock.advance(1);
      const { link } = (await owner.ask("POST", "/api/people", { name: "Ada", role: "reader" })).body as {
        link: string;
      };
      await reader.signIn(new URL(link, "http://x").searchParams.get("token") ?? "");
      const { sessions } = (await owner.ask("GET", "/api/sessions")).body as { sessions: { id: string }[] };
      assert.equal((await reader.ask("POST", `/sessions/${sessions[0]?.id}/end`)).location, "/sessions?ended=0");
      assert.equal((await reader.ask("POST", "/sessions/end-others")).location, "/sessions?ended=0");
      assert.equal((await owner.ask("GET", "/api/sessions")).status, 200);
    });

    test("when a session was last seen is told at once, kept now and then, and never goes back", async () => {
      await using house = await openAccess();
      const { access, clock, records } = house;
      const one = browser(house);
      await one.signIn((await access.ownerLink()).reveal());
      clock.advance(60_000);
      const seen = async () =>
        ((await one.ask("GET", "/api/sessions")).body as { sessions: { seenAt: number }[] }).sessions[0]?.seenAt;
      const kept = async () =>
        (await records.tables<AccessTables>().selectFrom("access_sessions").select("seen_at").executeTakeFirst())
          ?.seen_at;
      assert.equal(await seen(), clock.now());
      assert.equal(await kept(), clock.now() - 60_000, "not written for a request");
      await access.keepSightings();
      assert.equal(await kept(), clock.now());
      const entries = async () =>
        (await records.tables<AccessTables>().selectFrom("access_audit").selectAll().execute()).length;
      const before = await entries();
      await access.keepSightings();
      assert.equal(await entries(), before, "nothing seen, nothing written");
    });

    test("who fails to sign in ten times has to wait, and is told how long; a good link is not held against them", async () => {
      await using house = await openAccess();
      const one = browser(house);
      for (let times = 0; times < 10; times += 1) assert.equal((await one.signIn("x".repeat(43))).status, 404);
      const refused = await one.signIn("x".repeat(43));
      assert.deepEqual([refused.status, refused.retryAfter], [429, "30"]);
      house.clock.advance(30_000);
      assert.equal((await one.signIn((await house.access.ownerLink()).reveal())).status, 303);
    });
  });

test("two rooms cannot name the same permission, and every permission is a noun and a verb", () => {
  const one: PermissionTable = { "things.make": { says: "Make.", roles: [] } };
  assert.throws(() => checkPermissionTables([one, one]), /two rooms/);
  assert.throws(() => checkPermissionTables([{ things: { says: "x", roles: [] } }]), /not a name/);
});
