import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { describeSettings, readSettings, type SettingsInput, showSettings } from "./index.ts";

function read(input: Partial<SettingsInput>) {
  return readSettings({ args: [], env: {}, readFile: () => assert.fail("no file is to be read"), ...input });
}

function problemsOf(input: Partial<SettingsInput>): string[] {
  const result = read(input);
  return result.ok ? [] : result.error.map(({ where, says }) => `${where} ${says}`);
}

test("with nothing said, Meridian runs every role on this machine's own address", () => {
  const result = read({});
  assert.ok(result.ok);
  assert.deepEqual(result.value.settings.roles, ["http", "ingest", "detect", "jobs"]);
  assert.equal(result.value.settings.http?.host, "127.0.0.1");
  assert.equal(result.value.settings.http?.requestTimeout, 30_000);
});

test("an argument wins over a variable, in both of its spellings", () => {
  for (const args of [["--port=81"], ["--port", "81"]]) {
    const result = read({ args, env: { MERIDIAN_PORT: "82", MERIDIAN_HOST: "::1" } });
    assert.ok(result.ok);
    assert.deepEqual([result.value.settings.http?.port, result.value.settings.http?.host], [81, "::1"]);
    assert.deepEqual(
      ["port", "host", "data"].map((key) => result.ok && result.value.sources.get(key)?.where),
      ["--port", "MERIDIAN_HOST", "default"],
    );
  }
});

test("everything that is wrong is said at once, with what to do", () => {
  const env = { MERIDIAN_PORT: "tcp://10.0.0.1:80", MERIDIAN_BODY_LIMIT: "big" };
  const said = problemsOf({ args: ["--prot=1", "--log-level", "loud", "--host"], env });
  for (const expected of [
    "--prot=1 is no setting. Did you mean --port?",
    '--log-level is "loud". Give one of: debug, info, warn, error.',
    "--host wants a value: --host=VALUE.",
    'MERIDIAN_PORT is "tcp://10.0.0.1:80". Give a whole number from 0 to 65535.',
    'MERIDIAN_BODY_LIMIT is "big". Give an amount of data such as 64KiB or 1MiB.',
  ])
    assert.ok(
      said.some((line) => line.startsWith(expected)),
      `${expected}\n${said.join("\n")}`,
    );
  assert.equal(said.length, 5);
});

test("proxies are addresses or networks, and nothing that is neither passes for one", () => {
  const result = read({ args: ["--trusted-proxies=127.0.0.1, 10.0.0.0/8,2001:db8::/32"] });
  assert.ok(result.ok);
  assert.deepEqual(result.value.settings.http?.trustedProxies, ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);
  for (const bad of ["proxy.example", "10.0.0.0/33", "10.0.0.0/", "127.0.0.1,", "2001:db8::/129", "*"])
    assert.match(problemsOf({ args: [`--trusted-proxies=${bad}`] }).join(), /Give addresses or networks/, bad);
});

test("settings of roles that do not run are not checked", () => {
  assert.deepEqual(problemsOf({ args: ["--roles=jobs"], env: { MERIDIAN_PORT: "none" } }), []);
  assert.match(
    problemsOf({ args: ["--roles=jobs,http"], env: { MERIDIAN_PORT: "none" } }).join(),
    /MERIDIAN_PORT is "none"\. Give a whole number from 0 to 65535/,
  );
});

test("a secret comes from its variable or from the file that one names, and is shown by neither errors nor lists", () => {
  const token = "0123456789abcdef0123";
  for (const input of [
    { env: { MERIDIAN_METRICS_TOKEN: token } },
    { env: { MERIDIAN_METRICS_TOKEN_FILE: "/run/secrets/t" }, readFile: () => `${token}\n` },
  ]) {
    const result = read(input);
    assert.ok(result.ok);
    assert.equal(result.value.secrets.metricsToken?.reveal(), token);
    assert.ok(!JSON.stringify(showSettings(result.value)).includes(token));
    assert.match(JSON.stringify(showSettings(result.value)), /"value":"\[secret\]"/);
  }
  assert.ok(
    !problemsOf({ env: { MERIDIAN_METRICS_TOKEN: "tooshort" } })
      .join()
      .includes("tooshort"),
  );
  assert.match(problemsOf({ args: ["--metrics-token=x"] }).join(), /is no setting/);
  assert.match(
    problemsOf({
      env: { MERIDIAN_METRICS_TOKEN: token, MERIDIAN_METRICS_TOKEN_FILE: "x" },
      readFile: () => token,
    }).join(),
    /Keep one of them/,
  );
  assert.match(
    problemsOf({
      env: { MERIDIAN_METRICS_TOKEN_FILE: "gone" },
      readFile: () => {
        throw Object.assign(new Error(), { code: "ENOENT" });
      },
    }).join(),
    /names gone, which cannot be read \(ENOENT\)/,
  );
});

test("a mistyped variable is pointed out and does no harm", () => {
  const result = read({ env: { MERIDIAN_PROT: "1", OTHER: "x" } });
  assert.ok(result.ok);
  assert.deepEqual(
    result.value.notices.map(({ where, says }) => `${where} ${says}`),
    ["MERIDIAN_PROT is no setting and has no effect. Did you mean MERIDIAN_PORT?"],
  );
});

test("whatever the arguments, reading them ends in settings or in reasons", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(...describeSettings().flatMap(({ flag }) => flag ?? [])),
    fc.constantFrom("--port=", "--", "=", "--data=\0"),
  );
  fc.assert(
    fc.property(fc.array(word), (args) => {
      const result = read({ args });
      assert.ok(result.ok || result.error.length > 0);
    }),
  );
});

test("every setting is described, with a full stop", () => {
  for (const { key, says } of describeSettings()) assert.match(says, /\.$/, key);
});
