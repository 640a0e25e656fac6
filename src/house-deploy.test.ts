/** What lies in deploy/ is held to what the program is: settings that exist and fit, addresses, ports, one chart with its schema. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { describeSettings, readSettings } from "#settings";
import { parse } from "yaml";
import { z } from "zod";

const deploy = fileURLToPath(new URL("../deploy", import.meta.url));
const read = (path: string) => readFileSync(join(deploy, path), "utf8");
const yaml = (path: string) => parse(read(path), { merge: true }) as unknown;
const all = describeSettings();
const chart = "helm/meridian";

/** Where caches lie is no setting. */
const variables = new Set([
  "MERIDIAN_CACHE",
  ...all.flatMap(({ variable, group }) => (group === "secret" ? [variable, `${variable}_FILE`] : [variable])),
]);

function fits(env: Record<string, string>, readFile: (path: string) => string = () => "x".repeat(44)): void {
  const found = readSettings({ args: [], env, readFile });
  assert.deepEqual(found.ok ? found.value.notices : found.error, []);
}

test("every setting that a file names is one that there is", () => {
  const files = globSync("**/*", { cwd: deploy, withFileTypes: true }).filter((entry) => entry.isFile());
  let count = 0;
  for (const { parentPath, name } of files)
    for (const [found] of readFileSync(join(parentPath, name), "utf8").matchAll(
      /\bMERIDIAN_[A-Z0-9_]*[A-Z0-9]\b(?!_?\{\{)/g,
    )) {
      assert.ok(variables.has(found), `${name} names ${found}, which is no setting`);
      count += 1;
    }
  assert.ok(count > 30, "settings are named at all");
});

describe("systemd", () => {
  const lines = (unit: string) => read(`systemd/${unit}`).split("\n");
  const environment = (unit: string) =>
    Object.fromEntries(
      lines(unit).flatMap((line) => {
        const [, name, value] = /^(?:# )?(?:Environment=)?(MERIDIAN_\w+)=(.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value] as const];
      }),
    );

  test("the unit's and the file's settings fit, those that are commented out too", () => {
    fits({ ...environment("meridian.env"), ...environment("meridian.service") });
    fits(environment("meridian-backup.service"));
  });

  const skip =
    spawnSync("systemd-analyze", ["--version"]).status === 0 ? false : "SKIPPED, THERE IS NO systemd-analyze";
  test("systemd understands the units, and finds the server's well shut in", { skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), "meridian-units-"));
    try {
      for (const unit of ["meridian.service", "meridian-backup.service", "meridian-backup.timer"]) {
        // The program is not where the unit has it; everything else is looked at as it is.
        execFileSync("sh", [
          "-c",
          `sed 's|/opt/meridian/meridian|/bin/true|' "$1" > "$2"`,
          "sh",
          join(deploy, "systemd", unit),
          join(folder, unit),
        ]);
      }
      const units = readdirSync(folder).map((unit) => join(folder, unit));
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...units], { encoding: "utf8" });
      assert.deepEqual([status, stderr.split("\n").filter((line) => line.includes("meridian"))], [0, []]);
      const score = ["security", "--offline=true", "--threshold=20", join(folder, "meridian.service")];
      const looked = spawnSync("systemd-analyze", score, { encoding: "utf8" });
      assert.equal(looked.status, 0, looked.stdout);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const services = z.record(
  z.string(),
  z.looseObject({
    environment: z.record(z.string(), z.string()).optional(),
    secrets: z.array(z.string()).optional(),
    volumes: z.array(z.string()).optional(),
    depends_on: z.record(z.string(), z.unknown()).optional(),
    read_only: z.boolean().optional(),
  }),
);
const composeSchema = z.looseObject({
  services,
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

describe("compose", () => {
  const compose = composeSchema.parse(yaml("compose/compose.yaml"));
  const workers = Object.entries(compose.services).filter(([, { environment }]) => environment?.["MERIDIAN_ROLES"]);

  test("each worker's settings fit, its secrets are mounted where it looks, its root is read-only", () => {
    assert.equal(workers.length, 3);
    for (const [name, { environment = {}, secrets = [], read_only }] of workers) {
      assert.equal(read_only, true, name);
      const wanted: string[] = [];
      fits(environment, (path) => {
        const secret = path.replace("/run/secrets/", "");
        wanted.push(secret);
        assert.ok(secrets.includes(secret), `${name} has no ${secret}`);
        return madeSecrets().get(secret) ?? assert.fail(`make-secrets.sh makes no ${secret}`);
      });
      assert.equal(wanted.length, 5);
    }
  });

  test("what a service leans on is there: services, secrets, volumes, files", () => {
    for (const [name, { secrets = [], volumes = [], depends_on = {} }] of Object.entries(compose.services)) {
      for (const other of Object.keys(depends_on)) assert.ok(compose.services[other], `${name} → ${other}`);
      for (const secret of secrets) assert.ok(compose.secrets[secret], `${name} → ${secret}`);
      for (const [from = ""] of volumes.map((volume) => volume.split(":"))) {
        if (!from.startsWith("./")) assert.ok(from in compose.volumes, `${name} → ${from}`);
        else if (from.startsWith("./secrets/")) assert.ok(madeSecrets().has(from.slice(10)), from);
        else assert.ok(read(`compose/${from}`).length > 0);
      }
    }
    for (const { file } of Object.values(compose.secrets)) assert.ok(madeSecrets().has(file.slice(10)), file);
  });

  let made: Map<string, string> | undefined;
  /** What make-secrets.sh makes, made once. */
  function madeSecrets(): Map<string, string> {
    if (made) return made;
    const folder = mkdtempSync(join(tmpdir(), "meridian-secrets-"));
    try {
      const script = join(folder, "make-secrets.sh");
      execFileSync("cp", [join(deploy, "compose/make-secrets.sh"), script]);
      execFileSync("sh", [script], { stdio: "ignore" });
      const place = join(folder, "secrets");
      made = new Map(readdirSync(place).map((name) => [name, readFileSync(join(place, name), "utf8")]));
      assert.notEqual(spawnSync("sh", [script]).status, 0, "it makes them once");
      return made;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

test("the image copies what the program needs, and runs as nobody in particular", () => {
  const text = read("container/Containerfile");
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = ""]) => from.split(" "));
  const ignore = read("container/Containerfile.dockerignore");
  for (const path of copied) {
    assert.ok(globSync(path, { cwd: join(deploy, "..") }).length === 1, `${path} is there`);
    assert.ok(ignore.includes(`!${path}\n`), `${path} is let through`);
  }
  assert.match(text, /^USER 10001:10001$/m);
  const env = Object.fromEntries(
    [...text.matchAll(/\b(MERIDIAN_[A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  fits(env as Record<string, string>);
});

interface Values {
  readonly settings: Record<string, string>;
  readonly workers: { readonly roles: string; readonly settings: Record<string, string> };
  readonly jobs: { readonly roles: string; readonly settings: Record<string, string> };
  readonly secrets: { readonly keys: Record<string, string> };
}

describe("the chart", () => {
  const values = yaml(`${chart}/values.yaml`) as Values;
  const schema = JSON.parse(read(`${chart}/values.schema.json`)) as Parameters<typeof z.fromJSONSchema>[0];
  const templates = globSync("templates/*", { cwd: join(deploy, chart) }).map(
    (path) => [path, read(`${chart}/${path}`)] as const,
  );

  test("its values fit their schema, and what does not is refused", () => {
    const checker = z.fromJSONSchema(schema);
    assert.deepEqual(checker.safeParse(values).error?.issues, undefined);
    for (const wrong of [
      { ...values, workers: { ...values.workers, roles: "everything" } },
      { ...values, setings: {} },
      { ...values, settings: { logLevel: 3 } },
    ])
      assert.equal(checker.safeParse(wrong).success, false, JSON.stringify(wrong).slice(0, 80));
  });

  test("its settings and secrets are settings and secrets that there are, and fit", () => {
    const known = new Map(all.map((setting) => [setting.key, setting]));
    const env: Record<string, string> = {};
    // Commented examples too.
    const examples = [...read(`${chart}/values.yaml`).matchAll(/^ {2}# (\w+): (\S+)$/gm)].map(([, key, value]) => [
      key,
      value,
    ]);
    for (const [key, value] of [...examples, ...Object.entries(values.settings)] as [string, string][]) {
      const setting = known.get(key);
      assert.ok(setting && setting.group !== "secret", `${key} is no setting`);
      env[setting.variable] = value;
    }
    for (const key of Object.keys(values.secrets.keys)) assert.equal(known.get(key)?.group, "secret", key);
    assert.deepEqual(
      Object.keys(values.secrets.keys).sort(),
      all
        .filter(({ group }) => group === "secret")
        .map(({ key }) => key)
        .sort(),
      "every secret has a key",
    );
    for (const { roles, settings } of [values.workers, values.jobs]) {
      assert.deepEqual(settings, {});
      fits({ ...env, MERIDIAN_ROLES: roles });
    }
    // `snakecase | upper`, as templates make a variable's name of a key.
    for (const { key, variable } of all)
      assert.equal(`MERIDIAN_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`, variable);
  });

  test("its templates close what they open, and ask only for values and parts that there are", () => {
    const defined = new Set(
      templates.flatMap(([, text]) => [...text.matchAll(/define "([^"]+)"/g)].map(([, name]) => name)),
    );
    for (const [path, text] of templates) {
      const actions = [...text.matchAll(/\{\{-?\s*(?!\/\*)(.*?)\s*-?\}\}/gs)].map(([, action = ""]) => action);
      let open = 0;
      for (const action of actions) {
        if (/^(?:if|range|with|define)\b/.test(action)) open += 1;
        if (action === "end") open -= 1;
        assert.ok(open >= 0, `${path}: an end too many`);
        for (const [, name = ""] of action.matchAll(/include "([^"]+)"/g))
          assert.ok(defined.has(name), `${path}: ${name}`);
        for (const [, way = ""] of action.matchAll(/\.Values\.([\w.]+)/g))
          assert.notEqual(
            way.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], values),
            undefined,
            `${path}: .Values.${way}`,
          );
      }
      assert.equal(open, 0, `${path}: something is left open`);
      assert.equal(text.split("{{").length, text.split("}}").length, path);
    }
  });
});
