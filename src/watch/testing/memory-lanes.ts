import { hash } from "node:crypto";
import { instant } from "#kernel";
import type { RuleSet } from "#sigma";
import type { Generation, RuleFacts } from "../rules/generation.ts";
import { findingId } from "../spine/finding-id.ts";
import type { DeliveryAnswer, FoundMatch, LaneAnswer, LaneDelivery } from "../spine/lane-protocol.ts";
import type { Lanes } from "../spine/lanes.ts";

/** A line of a test's delivery: which event it is, of which host, and the rules that hold for it. `!` is no event. */
export interface TestEvent {
  readonly id: number;
  readonly host: string;
  readonly time: number;
  readonly rules: readonly number[];
}

export function testBytes(events: readonly (TestEvent | "!")[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
}

export function testGeneration(rules: readonly RuleFacts[], correlating: RuleSet): Generation {
  return {
    number: 1,
    detections: rules.filter(({ type }) => type === "detection"),
    byId: new Map(rules.map((rule) => [rule.id, rule])),
    correlating,
    json: new SharedArrayBuffer(0),
  };
}

/** Lanes that do in this thread what a test's events say. */
export function memoryLanes(rules: readonly RuleFacts[]): Lanes {
  const answerOf = (delivery: LaneDelivery, base: number, into: { rows: string[]; uids: string[] }): DeliveryAnswer => {
    const lost: DeliveryAnswer["lost"][number][] = [];
    const found: FoundMatch[] = [];
    let rows = 0;
    Buffer.from(delivery.bytes)
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .forEach((text, index) => {
        const event = JSON.parse(text) as TestEvent | "!";
        if (event === "!") {
          lost.push({ index, offset: 0, length: 3, code: "bad-json", message: "is no event", format: "ndjson" });
          return;
        }
        const uid = hash("sha256", `${delivery.source} ${event.id}`, "hex").slice(0, 32);
        into.rows.push(`${text}\n`);
        into.uids.push(uid);
        for (const number of event.rules)
          found.push({
            row: base + rows,
            rule: number,
            id: findingId(rules[number]!.id, uid),
            uid,
            time: instant(event.time),
            kind: "test",
            host: event.host,
            user: "",
            entity: `host:${event.host}`,
            matched: "[]",
            fields: JSON.stringify({ host: [event.host] }),
            raw: text,
            excepted: [],
          });
        rows++;
      });
    return { rows, lost, found };
  };
  return {
    size: 2,
    ready: () => Promise.resolve(),
    async run(deliveries): Promise<LaneAnswer[]> {
      const into: { rows: string[]; uids: string[] } = { rows: [], uids: [] };
      const answers = deliveries.map((delivery) => answerOf(delivery, into.rows.length, into));
      let end = 0;
      const batch = {
        rows: new Uint8Array(Buffer.from(into.rows.join(""))),
        ends: Uint32Array.from(into.rows, (row) => (end += Buffer.byteLength(row))),
        uids: new Uint8Array(Buffer.from(into.uids.join(""), "hex")),
        times: new Float64Array(into.rows.length),
      };
      return [{ batch, deliveries: answers, cpu: 0 }];
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
