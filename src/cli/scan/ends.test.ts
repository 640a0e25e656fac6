import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { calm, lines, temporaryFolder, whoami, whoamiRule } from "../testing/fixtures.ts";
import { runMeridian, type Running } from "../testing/run-meridian.ts";

const folder = temporaryFolder();
folder.write("rules/whoami.yml", whoamiRule);
const rules = join(folder.path, "rules");
const scan = (...args: string[]) => ["scan", "--rules", rules, ...args];

/** Lines without an end, until nobody reads them any more. */
function endless(): Readable {
  const some = lines(
    ...Array.from({ length: 500 }, (_, i) => (i % 50 === 0 ? whoami : calm)(i, { filler: "x".repeat(400) })),
  );
  return new Readable({
    read() {
      this.push(some);
    },
  });
}

for (const workers of ["0", "2"])
  test(`a reader that goes away ends the scan, quietly and well (${workers} workers)`, async () => {
    const stdin = endless();
    const run = await runMeridian(scan("--format", "ndjson", "--workers", workers, "-"), {
      stdin,
      watch: (running) => {
        if (running.out.includes("\n")) running.closeOutput();
      },
    });
    stdin.destroy();
    assert.equal(run.code, 0);
    assert.equal(run.err, "");
  });

for (const [signal, workers, code] of [
  ["SIGINT", "0", 130],
  ["SIGINT", "2", 130],
  ["SIGTERM", "2", 143],
] as const)
  test(`${signal} ends the scan with the report of what was found until then and code ${code} (${workers} workers)`, async () => {
    const stdin = endless();
    const output = join(folder.path, `interrupted-${signal}-${workers}.json`);
    const problems = join(folder.path, "none.ndjson");
    const run = await runMeridian(
      scan("--format", "json", "--output", output, "--problems", problems, "--workers", workers, "-"),
      {
        stdin: withOneComplaint(stdin),
        job: true,
        // As a terminal does, which signals workers, too.
        watch: once(
          ({ err }) => err.includes("record 0"),
          ({ killGroup }) => killGroup(signal),
        ),
      },
    );
    stdin.destroy();
    assert.equal(run.code, code, run.err);
    assert.match(run.err, /interrupted: the rest of the logs was not scanned/);
    assert.match(run.lastLine, /^\d+ events, \d+ findings, 1 rules, 1 unreadable$/);
    const { findings, summary } = JSON.parse(readFileSync(output, "utf8"));
    assert.equal(summary.complete, false);
    assert.equal(summary.findings, findings.length);
  });

/** Acts the first time that it holds. */
function once(holds: (running: Running) => boolean, act: (running: Running) => void): (running: Running) => void {
  let acted = false;
  return (running) => {
    if (acted || !holds(running)) return;
    acted = true;
    act(running);
  };
}

/** The complaint tells on standard error that scanning has begun. */
function withOneComplaint(rest: Readable): Readable {
  return Readable.from(
    (async function* () {
      yield "not json\n";
      yield* rest;
    })(),
  );
}

test("SIGINT ends a scan that waits for a pipe which says nothing", async () => {
  const stdin = new Readable({ read() {} });
  stdin.push("not json\n" + lines(...Array.from({ length: 12_000 }, (_, i) => calm(i, { filler: "x".repeat(500) }))));
  const run = await runMeridian(scan("-"), {
    stdin,
    watch: once(
      ({ err }) => err.includes("record 0"),
      ({ kill }) => kill("SIGINT"),
    ),
  });
  stdin.destroy();
  assert.equal(run.code, 130, run.err);
});

test("a second SIGINT ends it whatever the first one still has to do", async () => {
  const stdin = endless();
  const run = await runMeridian(scan("--format", "ndjson", "-"), {
    stdin: withOneComplaint(stdin),
    watch: once(({ err }) => err.includes("record 0"), killTwice),
  });
  stdin.destroy();
  assert.equal(run.code, 130);
});

/** Apart, as signals of one kind that wait for the same process become one. */
function killTwice({ kill }: Running): void {
  kill("SIGINT");
  setTimeout(() => kill("SIGINT"), 5);
}

test("workers end with a scan that is killed", async () => {
  const stdin = endless();
  // Answered once nobody holds standard error any more, which workers share.
  const run = await runMeridian(scan("--format", "ndjson", "--workers", "2", "-"), {
    stdin: withOneComplaint(stdin),
    watch: once(
      ({ err }) => err.includes("record 0"),
      ({ kill }) => kill("SIGKILL"),
    ),
  });
  stdin.destroy();
  assert.equal(run.code, 137);
});

test("no progress bar is drawn where nobody watches", async () => {
  const run = await runMeridian(scan(folder.write("a.ndjson", lines(calm(0)))));
  assert.equal(run.err, "1 events, 0 findings, 1 rules, 0 unreadable\n");
});
