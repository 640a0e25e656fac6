import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { idOf, instant } from "../contract.ts";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import { replayResultSchema } from "./contract.ts";
import type { ReplayWish, RunningReplay } from "./replay-desk.ts";
import { replayOfRule, replayOfText } from "./rules-for-replay.ts";
import { type ReplayHead, replayHeads, type ReplayRow, replayRow } from "./store.ts";

const own = route<Actor>();
const params = z.object({ id: idOf("replay") });
const longestText = 256 * 1024;
const mostDays = 3_660;
const day = 86_400_000;

const span = {
  from: instant.optional().describe("Milliseconds since 1970; a day before `to` where it is left out."),
  to: instant.optional().describe("Not included; now where it is left out."),
};

const wishSchema = z.intersection(
  z.union([
    z.object({ rule: z.string().min(1).max(500).describe("Id of a rule of the sets, on or not.") }),
    z.object({
      yaml: z
        .string()
        .min(1)
        .max(longestText)
        .describe("Sigma rules as text; the first document's file is what is asked."),
    }),
  ]),
  z.object({
    ...span,
    limit: z.int().min(0).max(1_000).default(20).describe("Findings shown; all are counted."),
    exact: z.boolean().default(false).describe("All of the time, however long it takes; else some seconds."),
  }),
);
type Wish = z.output<typeof wishSchema>;

const progressSchema = z.object({ share: z.number(), looked: z.int(), found: z.int() });
const headSchema = z.object({
  id: idOf("replay"),
  purpose: z.enum(["try", "repair"]),
  rule: z.string(),
  title: z.string(),
  from: instant,
  to: instant,
  exact: z.boolean(),
  state: z.enum(["running", "done", "failed", "cancelled"]),
  why: z.string(),
  madeAt: instant,
  madeBy: z.string(),
  endedAt: instant.optional(),
  progress: progressSchema.optional().describe("While it runs."),
});
const replaySchema = headSchema.extend({ result: replayResultSchema.optional() });

/** How long a request waits for a replay before it answers that it goes on. */
const patience = 20_000;

export function replayRoutes(parts: WatchParts): Route<Actor>[] {
  const { read, change, clock, book, desk } = parts;
  const known = () => ({ generation: parts.generation(), listed: book.rules });

  async function wishOf(body: Wish): Promise<ReplayWish> {
    const { id, title, rules } =
      "rule" in body ? await replayOfRule(body.rule, known()) : await replayOfText(body.yaml, known());
    const { limit: samples, exact } = body;
    return { purpose: "try", rule: id, title, setup: { rules }, ...spanOf(body, clock.now()), exact, samples };
  }
  const one = async (id: z.output<typeof params>["id"]): Promise<ReplayRow> => {
    const row = await replayRow(read, id);
    if (!row) throw refuse("no-such-replay");
    return row;
  };
  const answer = async (id: z.output<typeof params>["id"], status: 200 | 202 = 200) =>
    answerJson(replayOf(await one(id), desk.running(id)), status);

  return [
    own({
      method: "POST",
      path: "/api/replay",
      id: "replay-rule",
      says: "Asks a rule of stored events: one of the sets, or one given as text. Waits for the end, some seconds at most.",
      admits: { permission: "rules.replay" },
      body: wishSchema,
      bodyLimit: 2 * longestText,
      timeout: patience + 10_000,
      answers: {
        200: { says: "It has ended.", json: replaySchema },
        202: { says: "It goes on; its id says where to ask.", json: replaySchema },
      },
      async handle(asked) {
        const running = await desk.begin(asked.caller, await wishOf(asked.body), asked);
        const gone = AbortSignal.any([asked.signal, AbortSignal.timeout(patience)]);
        const come = await Promise.race([running.ended, clock.sleep(patience, gone).catch(() => undefined)]);
        if (come && "refusal" in come && come.refusal) throw come.refusal;
        return answer(running.id, come ? 200 : 202);
      },
    }),
    own({
      method: "POST",
      path: "/api/replay/stream",
      id: "replay-rule-stream",
      says: "As `replay-rule`, with progress: a JSON object a line. Closing ends the replay.",
      admits: { permission: "rules.replay" },
      streams: true,
      body: wishSchema,
      bodyLimit: 2 * longestText,
      answers: { 200: { says: "`progress` lines, then one `end`.", type: "application/x-ndjson" } },
      async handle(asked) {
        const running = await desk.begin(asked.caller, await wishOf(asked.body), asked);
        asked.signal.addEventListener("abort", running.cancel, { once: true });
        return streamed(running, async () => replayOf(await one(running.id), undefined));
      },
    }),
    own({
      method: "GET",
      path: "/api/replays",
      id: "list-replays",
      says: "Lists replays, newest first, without their results.",
      admits: { permission: "rules.replay" },
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
      answers: { 200: { says: "The replays.", json: z.object({ replays: z.array(headSchema) }) } },
      handle: async ({ query }) =>
        answerJson({ replays: (await replayHeads(read, query.limit)).map((row) => headOf(row, desk.running(row.id))) }),
    }),
    own({
      method: "GET",
      path: "/api/replays/{id}",
      id: "read-replay",
      says: "Reads a replay: how far it is, or what it found.",
      admits: { permission: "rules.replay" },
      params,
      answers: { 200: { says: "The replay.", json: replaySchema } },
      handle: ({ params: { id } }) => answer(id),
    }),
    own({
      method: "POST",
      path: "/api/replays/{id}/cancel",
      id: "cancel-replay",
      says: "Ends a replay that runs.",
      admits: { permission: "rules.replay" },
      params,
      answers: { 200: { says: "The replay as it is now.", json: replaySchema } },
      async handle(asked) {
        const { id } = asked.params;
        await one(id);
        const running = desk.running(id);
        if (running) {
          await change(asked.caller, "rules.replay", async ({ audit }) => audit(id, { does: "cancel" }), asked);
          running.cancel();
          await running.ended;
        }
        return answer(id);
      },
    }),
    own({
      method: "POST",
      path: "/api/rules/{id}/backfill",
      id: "backfill-rule",
      says: "Asks a rule that is on of all events of a time, and keeps what is missing of its findings and alerts. Those that are there stay as they are.",
      admits: { permission: "rules.repair" },
      params: z.object({ id: z.string().min(1).max(500) }),
      body: z.object(span),
      answers: { 202: { says: "It has begun; its id says where to ask.", json: replaySchema } },
      async handle(asked) {
        const { id } = asked.params;
        const rule = known().generation.byId.get(id);
        if (!rule) throw refuse("no-such-rule");
        const wanted = await replayOfRule(id, known());
        const running = await desk.begin(
          asked.caller,
          {
            purpose: "repair",
            rule: id,
            title: wanted.title,
            setup: { rules: wanted.rules },
            ...spanOf(asked.body, clock.now()),
            exact: true,
            samples: 20,
          },
          asked,
        );
        return answer(running.id, 202);
      },
    }),
  ];
}

/** Throws the refusal `watch/bad-span`. */
function spanOf(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  now: number,
): { readonly from: number; readonly to: number } {
  const end = to ?? now;
  const start = from ?? end - day;
  if (start >= end || end - start > mostDays * day || start < 0) throw refuse("bad-span", { days: mostDays });
  return { from: start, to: end };
}

/** Progress at the reader's pace, then the whole of it. A reader that goes ends the replay. */
function streamed(running: RunningReplay, end: () => Promise<unknown>): Response {
  const encoder = new TextEncoder();
  const line = (value: object) => encoder.encode(`${JSON.stringify(value)}\n`);
  const steps = running.steps();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = await steps.next();
      if (!step.done) return controller.enqueue(line({ is: "progress", ...step.value }));
      await running.ended;
      controller.enqueue(line({ is: "end", replay: await end() }));
      controller.close();
    },
    async cancel() {
      running.cancel();
      await running.ended;
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" } });
}

function headOf(row: ReplayHead, running: RunningReplay | undefined): z.output<typeof headSchema> {
  return {
    id: row.id,
    purpose: row.purpose,
    rule: row.rule,
    title: row.title,
    from: row.from_at,
    to: row.to_at,
    exact: row.exact === 1,
    state: row.state,
    why: row.why,
    madeAt: row.made_at,
    madeBy: row.made_by,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(running && { progress: running.progress }),
  };
}

function replayOf(row: ReplayRow, running: RunningReplay | undefined): z.output<typeof replaySchema> {
  const { result } = row;
  return { ...headOf(row, running), ...(result !== null && { result: JSON.parse(result) as never }) };
}
