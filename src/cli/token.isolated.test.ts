import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runMeridian, type Running } from "./testing/run-meridian.ts";

let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-token-"))));
after(() => rm(folder, { recursive: true, force: true }));

/** `meridian token …` over a data folder of the test's. */
const token = (data: string, ...args: string[]) =>
  runMeridian(["token", ...args], { env: { MERIDIAN_DATA: join(folder, data) } });

/** A server over that folder, until it is told to stop. */
async function serving(data: string) {
  const url = Promise.withResolvers<string>();
  let running: Running | undefined;
  const ended = runMeridian(["serve", "--port=0", "--log-level=warn"], {
    env: { MERIDIAN_DATA: join(folder, data) },
    watch(now) {
      running = now;
      const found = /Open +(\S+)/.exec(now.out)?.[1];
      if (found !== undefined) url.resolve(found);
    },
  });
  const address = await Promise.race([url.promise, ended.then(({ err }) => assert.fail(err))]);
  return {
    url: address,
    async [Symbol.asyncDispose]() {
      running?.kill("SIGTERM");
      assert.equal((await ended).code, 0);
    },
  };
}

test("create prints the token and nothing else on stdout, whether the server runs or not, and it opens the door", async () => {
  const before = await token("one", "create", "--role", "reader", "--note", "made before");
  assert.equal(before.code, 0, before.err);
  assert.match(before.out, /^mrda_[0-9a-hjkmnp-tv-z]{59}\n$/);
  await using server = await serving("one");
  const during = await token("one", "create", "--source=edge-01", "--expires=90d");
  assert.match(during.out, /^mrdi_[0-9a-hjkmnp-tv-z]{59}\n$/);
  const status = async (text: string) =>
    (await fetch(`${server.url}/api/status`, { headers: { authorization: `Bearer ${text.trim()}` } })).status;
  assert.deepEqual([await status(before.out), await status(during.out), await status("x")], [200, 403, 401]);
});

test("list shows what each is for and never its text; revoke takes it from the running server at once", async () => {
  await using server = await serving("two");
  const made = await token("two", "create", "--role", "reader", "--note", "a\tb");
  assert.equal(made.code, 2, "control characters are refused");
  const { out } = await token("two", "create", "--role", "reader", "--note", "nightly report");
  const listed = await token("two", "list");
  assert.ok(listed.out.includes("nightly report") && listed.out.includes(out.trim().slice(-4)));
  assert.ok(!listed.out.includes(out.trim()));
  const { id } = JSON.parse((await token("two", "list", "--json")).out) as { id: string };
  const status = async () =>
    (await fetch(`${server.url}/api/status`, { headers: { authorization: `Bearer ${out.trim()}` } })).status;
  assert.equal(await status(), 200);
  assert.equal((await token("two", "revoke", id)).code, 0);
  assert.equal(await status(), 401);
  const again = await token("two", "revoke", id);
  assert.deepEqual([again.code, again.err], [2, "meridian: There is no such token, or it was revoked.\n"]);
});

test("what does not fit is refused with what would", async () => {
  for (const [args, says] of [
    [["create"], /wants --source NAME or --role ROLE/],
    [["create", "--source=x", "--role=reader"], /wants --source NAME or --role ROLE/],
    [["create", "--source=Not This"], /a-z, 0-9, dot, dash/],
    [["create", "--role=god"], /owner/],
    [["create", "--source=x", "--expires=soon"], /12h or 90d/],
    [["create", "--source"], /--source wants a value/],
    [["create", "--source=x", "--prot=1"], /--prot=1 is no setting/],
    [["revoke"], /wants the id/],
    [["revoke", "token_x"], /id/],
    [["steal"], /no token steal/],
  ] as const) {
    const { code, out, err } = await token("three", ...args);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, says, args.join(" "));
  }
});
