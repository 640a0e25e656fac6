import { type IngestKind, type KindOfKey, loadKinds, loadKindsByKey, type Recognise } from "#ingest";
import { type EventFilter, eventFilter, type StoredRow } from "#lake";
import { compileMatcher, type EventKind, type JsonObject, type SigmaEvent } from "#sigma";
import { createExceptionBook } from "../spine/exception-book.ts";
import { createTellFound } from "../spine/found-matches.ts";
import type { FoundMatch } from "../spine/lane-protocol.ts";
import { chooseRules, factsOf, withoutPlans } from "./choose-rules.ts";
import type { ReplayAnswer, ReplaySetup, ReplayTask } from "./replay-protocol.ts";

/** Compiles the rules once, says what events they may hold for, then asks them of stored events. */
export function createReplayWork(
  { rules, renamed = {} }: ReplaySetup,
  byKey: KindOfKey = loadKindsByKey(),
): (task: ReplayTask) => ReplayAnswer {
  const chosen = chooseRules(rules);
  if ("why" in chosen) return () => ({ is: "refused", why: chosen.why });
  const { ruleSet, subjects } = chosen;
  const kindOf: KindOfKey = (key) => byKey(renamed[key] ?? key);
  const rebuild = rebuilder(kindOf);
  const matcher = compileMatcher(ruleSet.detections);
  const exceptions = createExceptionBook();
  const tell = createTellFound(ruleSet, exceptions);
  // Of thousands of rules no filter is worth its making: some of them may hold for any event.
  const isAll = rules.from === "set" && rules.pick === undefined;

  function plan(kinds: readonly string[]): ReplayAnswer {
    const unknownKinds = kinds.filter((key) => kindOf(key) === undefined);
    // The store knows an event by the key that it was stored under.
    const known = kinds.flatMap((key) => {
      const kind = kindOf(key);
      return kind ? [kind.key === key ? kind : { ...kind, key }] : [];
    });
    return {
      is: "plan",
      plan: {
        subjects,
        detections: ruleSet.detections.map((rule) => factsOf(rule, ruleSet.silent)),
        correlating: withoutPlans(ruleSet),
        filter: isAll
          ? everything
          : eventFilter(ruleSet.detections, known, { unknown: unknownKinds, folded: isFolded }),
        unknownKinds,
      },
    };
  }

  function ask({ rows, exceptions: inForce, lean }: Extract<ReplayTask, { do: "ask" }>): ReplayAnswer {
    const started = process.threadCpuUsage();
    exceptions.use(inForce);
    const found: FoundMatch[] = [];
    let unreadable = 0;
    rows.forEach((spelled, row) => {
      const event = rebuild(spelled);
      if (!event) return void unreadable++;
      for (const rule of matcher.match(event)) {
        const one = tell(rule, event, { row, spelled, source: spelled.source });
        found.push(lean ? { ...one, raw: "" } : one);
      }
    });
    const { user, system } = process.threadCpuUsage(started);
    return { is: "found", found, unreadable, cpu: user + system };
  }

  return (task) => (task.do === "plan" ? plan(task.kinds) : ask(task));
}

const everything: EventFilter = { index: "true", closer: "true", text: "true" };

/** The event that `toEvent` made of the record; undefined where the row holds no JSON object. */
export function rebuilder(kindOf: KindOfKey): (row: Pick<StoredRow, "kind" | "raw">) => SigmaEvent | undefined {
  let recognise: Recognise | undefined;
  return ({ kind: key, raw }) => {
    const body = readObject(raw);
    if (!body) return undefined;
    const kind = kindOf(key) ?? (recognise ??= loadKinds())(body, "ndjson");
    const opened = (kind as Partial<IngestKind>).unfold?.(body) ?? body;
    return opened === body ? { kind, body, raw: Buffer.from(raw) } : { kind, body: opened };
  };
}

function readObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether what rules are asked of is spelled in another notation in the event's text. */
function isFolded(kind: EventKind): boolean {
  return (kind as Partial<IngestKind>).unfold !== undefined;
}
