import { type TrueExample, trueExamplesOf } from "#detect";
import { loadKinds, readLog, toEvent } from "#ingest";
import {
  type CorrelationRule,
  createCorrelator,
  type DetectionRule,
  type ExplainedNode,
  explain,
  type RuleSet,
} from "#sigma";
import { plainText } from "../core/plain-text.ts";
import type { DeliveryAnswer, LaneDelivery } from "../spine/lane-protocol.ts";
import { place } from "../spine/lane-protocol.ts";
import { createLaneWork } from "../spine/lane-work.ts";
import type { CanaryResult, CanarySetup, CanaryTask } from "./canary-protocol.ts";

type Rule = DetectionRule | CorrelationRule;

interface Asked {
  readonly rule: Rule;
  readonly example: TrueExample;
}

/** Examples that share a task of the lane. */
const atOnce = 100;
/** 2026-01-31: when the examples come in. They are stored nowhere. */
const receivedAt = Date.UTC(2026, 0, 31);

/** Sends each rule's examples the way of a delivery: read, recognised, asked of all rules with exceptions noted. */
export function createCanaryWork({
  ruleSet: json,
  limits,
}: CanarySetup): (task: CanaryTask) => Promise<CanaryResult[]> {
  const ruleSet = JSON.parse(Buffer.from(json).toString("utf8")) as RuleSet;
  const rules: readonly Rule[] = [...ruleSet.detections, ...ruleSet.correlations];
  const lane = createLaneWork(ruleSet, limits);
  return async ({ exceptions }) => {
    const asked = rules.flatMap((rule) => trueExamplesOf(rule).map((example): Asked => ({ rule, example })));
    const results = new Map<string, CanaryResult>();
    for (let at = 0; at < asked.length; at += atOnce) {
      const some = asked.slice(at, at + atOnce);
      const { deliveries } = await lane.work({
        deliveries: some.map(({ example }) => delivery(example.bytes)),
        exceptions,
        place: new SharedArrayBuffer(place.bytes),
      });
      for (const [number, one] of some.entries()) {
        const before = results.get(one.rule.id);
        if (before?.state === "alive") continue;
        const result = resultOf(one, deliveries[number]!, ruleSet);
        // Of several examples one is enough; the first tells why, where none is answered.
        if (result.state === "alive" || !before) results.set(one.rule.id, result);
      }
    }
    for (const { rule, example } of asked) {
      const result = results.get(rule.id)!;
      if (result.state === "dead" && result.why === "")
        results.set(rule.id, { ...result, why: await reasonOf(rule, example) });
    }
    return rules.map(
      ({ id }) => results.get(id) ?? { rule: id, state: "none", example: "none", why: "", excepted: [] },
    );
  };
}

function resultOf({ rule, example }: Asked, { found, lost }: DeliveryAnswer, ruleSet: RuleSet): CanaryResult {
  const about = { rule: rule.id, example: example.is };
  if (rule.kind === "correlation")
    return correlates(rule, found, ruleSet)
      ? { ...about, state: "alive", why: "", excepted: [] }
      : { ...about, state: "dead", why: "the rules that it rests on found too little in its example", excepted: [] };
  const own = found.filter((match) => ruleSet.detections[match.rule]?.id === rule.id);
  if (own.length > 0)
    return {
      ...about,
      state: "alive",
      why: "",
      excepted: own.every(({ excepted }) => excepted.length > 0) ? [...(own[0]?.excepted ?? [])] : [],
    };
  const [unread] = lost;
  const why = unread ? `its example could not be read: ${plainText(unread.message)}` : "";
  return { ...about, state: "dead", why, excepted: [] };
}

/** Each example by itself: a correlation must not see the events of another. */
function correlates(rule: CorrelationRule, found: DeliveryAnswer["found"], ruleSet: RuleSet): boolean {
  const correlator = createCorrelator<string>(ruleSet, { lateness: 0 });
  const matches = found
    .toSorted((a, b) => a.time - b.time)
    .flatMap((match) => {
      const fields = JSON.parse(match.fields) as Record<string, readonly string[]>;
      return correlator.observe({
        rule: ruleSet.detections[match.rule]?.id ?? "",
        time: match.time,
        ref: match.uid,
        field: (name) => fields[name] ?? [],
      });
    });
  return [...matches, ...correlator.finish()].some((match) => match.rule.id === rule.id);
}

let recognise: ReturnType<typeof loadKinds> | undefined;

/** What `explain` says of the example's first record. */
async function reasonOf(rule: Rule, { bytes }: TrueExample): Promise<string> {
  if (rule.kind === "correlation") return "";
  recognise ??= loadKinds();
  const input = {
    name: "canary",
    async *open() {
      yield bytes;
    },
  };
  for await (const { records } of readLog(input))
    for (const record of records) {
      const event = toEvent(record, recognise);
      const { routed, mismatches, refusal, tree } = explain(rule, event);
      if (refusal) return plainText(`the pipeline ${refusal.pipeline} refuses it: ${refusal.reason}`, 500);
      if (!routed) {
        const against = mismatches.map((one) => JSON.stringify(one)).join(", ");
        return plainText(
          `its example is taken for ${event.kind.key}, which its log source does not fit: ${against}`,
          500,
        );
      }
      const fields = [...new Set(tree ? failing(tree) : [])].slice(0, 5);
      return plainText(
        `its example is taken for ${event.kind.key}, and ${fields.length === 0 ? "its condition does not hold" : `these do not hold: ${fields.join(", ")}`}`,
        500,
      );
    }
  return "its example could not be read as a record";
}

/** Fields (or keywords) whose tests keep a condition from holding. */
function failing(node: ExplainedNode): string[] {
  if (node.holds) return [];
  switch (node.kind) {
    case "and":
    case "or":
      return node.of.flatMap(failing);
    case "test":
      return [node.field === "" ? "keywords" : node.field];
    default:
      return ["a part that is not to hold"];
  }
}

function delivery(bytes: Uint8Array): LaneDelivery {
  return {
    source: "canary",
    site: "",
    bytes,
    format: undefined,
    key: undefined,
    receivedAt,
    as: undefined,
    facts: undefined,
    skip: [],
  };
}
