import {
  loadKinds,
  readLog,
  type LogInput,
  type LogRecord,
  type ReadingLimits,
  type Recognise,
  takeAs,
  toEvent,
} from "#ingest";
import { createSpeller, type SpelledRow, type Speller } from "#lake";
import { compileMatcher, type KnownLogSource, type RuleSet, type SigmaEvent } from "#sigma";
import { isSignIn, type SignIn } from "../geo/sign-in.ts";
import { travelRule } from "../geo/watch-travel.ts";
import { createIndicatorAsker } from "../indicators/ask-indicators.ts";
import { createExceptionBook } from "./exception-book.ts";
import { createTellFound, rawOf } from "./found-matches.ts";
import {
  type DeliveryAnswer,
  type FoundMatch,
  type LaneAnswer,
  type LaneDelivery,
  type LaneTask,
  type LostRecord,
  place,
} from "./lane-protocol.ts";

export interface LaneWork {
  work(task: LaneTask): Promise<LaneAnswer>;
}

/** Compiles the rules once, then reads, recognises, asks and spells delivery after delivery. */
export function createLaneWork(ruleSet: RuleSet, limits: Partial<ReadingLimits>): LaneWork {
  const matcher = compileMatcher(ruleSet.detections);
  const recogniserFor = recognisers(loadKinds());
  const speller = createSpeller();
  const exceptions = createExceptionBook();
  const tell = createTellFound(ruleSet, exceptions);
  const indicators = createIndicatorAsker(exceptions);

  let tellsSignIns = false;

  function signInOf({ uid, time, host, user, hot }: SpelledRow, event: SigmaEvent): SignIn {
    const excepted = exceptions.holding(travelRule.id, event);
    return { uid, time, user, address: hot.src_ip, kind: event.kind.key, host, raw: rawOf(event), excepted };
  }

  async function readDelivery(delivery: LaneDelivery, base: number, at: Int32Array): Promise<DeliveryAnswer> {
    const { source, site, bytes, key, receivedAt, format, facts, skip } = delivery;
    const recognise = recogniserFor(delivery.as);
    const lost: LostRecord[] = [];
    const found: FoundMatch[] = [];
    const signIns: SignIn[] = [];
    speller.begin({ source, site, receivedAt, bytes, ...(key !== undefined && { key }) });
    let read = format ?? "text";
    for await (const batch of readLog(inputOf(source, bytes), { limits, ...(format && { format }) })) {
      for (const { wasRead, ...problem } of batch.problems) if (!wasRead) lost.push({ ...problem, format: read });
      for (const plain of batch.records) {
        const record = facts ? withFacts(plain, facts) : plain;
        read = record.format;
        if (skip.length > 0 && skip.includes(record.index)) {
          lost.push({
            ...placeOf(record),
            code: "ends-a-lane",
            message: "reading it ended the thread that did; it was set aside",
          });
          continue;
        }
        at[place.record] = record.index;
        at[place.atRecord] = 1;
        const before = found.length;
        try {
          const event = toEvent(record, recognise);
          const matches = matcher.match(event);
          const row = base + spelledSince(speller, base);
          const spelled = speller.add(record, event);
          for (const rule of matches) found.push(tell(rule, event, { row, spelled, source }));
          for (const one of indicators.ask(spelled, event, source, receivedAt))
            found.push({ ...one, row, raw: rawOf(event) });
          if (tellsSignIns && isSignIn(spelled.hot)) signIns.push(signInOf(spelled, event));
        } catch (error) {
          found.length = before;
          lost.push({ ...placeOf(record), code: "fault", message: `could not be asked about: ${messageOf(error)}` });
        }
      }
      at[place.atRecord] = 0;
    }
    return { rows: spelledSince(speller, base), lost, found, ...(signIns.length > 0 && { signIns }) };
  }

  return {
    async work({ deliveries, exceptions: inForce, indicators: lists, signIns: wanted, place: shared }) {
      const at = new Int32Array(shared);
      at[place.begun] = 1;
      const started = process.threadCpuUsage();
      exceptions.use(inForce);
      indicators.use(lists);
      tellsSignIns = wanted === true;
      const answers: DeliveryAnswer[] = [];
      try {
        for (const delivery of deliveries) answers.push(await readDelivery(delivery, speller.count, at));
      } catch (error) {
        // What was spelled of a task that failed is nobody's.
        speller.take();
        throw error;
      }
      const batch = speller.take();
      const { user, system } = process.threadCpuUsage(started);
      return { batch, deliveries: answers, cpu: user + system };
    },
  };
}

function spelledSince(speller: Speller, base: number): number {
  return speller.count - base;
}

/** What the door knows lies beside the record's own fields; its bytes, which tell records apart, stay what they are. */
function withFacts({ raw: _, body, ...record }: LogRecord, facts: Readonly<Record<string, string>>): LogRecord {
  return { ...record, body: { ...body, _intake: facts } };
}

/** One recogniser for each way in which sources want what nothing recognises to be taken; the sources are few. */
function recognisers(recognise: Recognise): (as: KnownLogSource | undefined) => Recognise {
  const known = new Map<string, Recognise>();
  return (as) => {
    if (!as) return recognise;
    const key = JSON.stringify(as);
    let taken = known.get(key);
    if (!taken) known.set(key, (taken = takeAs(recognise, as)));
    return taken;
  };
}

function inputOf(name: string, bytes: Uint8Array): LogInput {
  return {
    name,
    async *open() {
      yield bytes;
    },
  };
}

function placeOf({ index, offset, length, format }: LogRecord) {
  return { index, offset, length, format };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200);
}
