import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "#kernel";
import fc from "fast-check";
import { createLog, type LogFormat } from "./log.ts";

function logInto(lines: string[], format: LogFormat = "json") {
  return createLog({ level: "info", format, now: () => 0, write: (line) => void lines.push(line) });
}

test("whatever is logged is one line of JSON that says when, how grave and what", () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), (message, fields) => {
      const lines: string[] = [];
      logInto(lines).warn(message, fields);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", /^[^\n]*\n$/);
      const read = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
      assert.deepEqual(
        [read["time"], read["level"], read["message"]],
        ["1970-01-01T00:00:00.000Z", "warn", message.toWellFormed() === message ? message : read["message"]],
      );
    }),
  );
});

test("a secret stays masked in both formats, also inside errors, maps and arrays", () => {
  for (const format of ["json", "pretty"] as const) {
    const lines: string[] = [];
    const token = new Secret("hunter2");
    logInto(lines, format).error("it broke", {
      token,
      deep: [{ token }],
      map: new Map([["t", token]]),
      error: new Error(`with ${token}`, { cause: token }),
    });
    assert.ok(!lines.join("").includes("hunter2"));
    assert.ok(lines.join("").includes("[secret]"));
  }
});

test("a stranger's text cannot forge a line or steer a terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const lines: string[] = [];
      logInto(lines, "pretty").info(text, { text });
      const plain = (lines[0] ?? "").slice(0, -1).replace(/\u001b\[\d+m/g, "");
      assert.ok(!/[\u0000-\u001f\u007f-\u009f]/.test(plain), JSON.stringify(plain));
    }),
  );
});

test("a stranger's text in an error's message cannot steer a terminal either, and each line of its stack is indented", () => {
  const lines: string[] = [];
  logInto(lines, "pretty").error("fault", { error: new Error("\u001b[2J\u009b\r\n12:00:00 \u001b[31mERROR") });
  const own = /\u001b\[\d*m/g;
  const [head = "", ...stack] = (lines[0] ?? "").trimEnd().split("\n");
  assert.ok(!/[\u0000-\u001f\u007f-\u009f]/.test(head.replace(own, "")), JSON.stringify(head));
  assert.ok(stack.length > 1);
  for (const line of stack) assert.match(line, /^ {4}[^\u0000-\u001f\u007f-\u009f]*$/);
});

test("lines below the level are not written, and fields given once are on every line", () => {
  const lines: string[] = [];
  const log = logInto(lines).with({ requestId: "r1" });
  log.debug("quiet");
  log.info("loud", { more: 1 });
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [{ requestId: "r1", more: 1, time: "1970-01-01T00:00:00.000Z", level: "info", message: "loud" }],
  );
});
