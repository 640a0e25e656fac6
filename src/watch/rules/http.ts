import { open } from "node:fs/promises";
import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { levels } from "#sigma";
import { level, line, several } from "../contract.ts";
import { canaryOf, canarySchema } from "../canary/http.ts";
import { canaryRow } from "../canary/store.ts";
import { exceptionOf, exceptionSchema } from "../exceptions/http.ts";
import { exceptionRows } from "../exceptions/store.ts";
import type { RuleHits } from "#lake";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import type { ListedRule } from "./load-protocol.ts";
import { switchOff, switchOn } from "./store.ts";

const own = route<Actor>();
const ruleStates = ["on", "serving", "off", "below", "broken"] as const;
const params = z.object({ id: z.string().min(1).max(500) });

const ruleSchema = z.object({
  id: z.string(),
  set: z.string(),
  title: z.string(),
  type: z.enum(["detection", "correlation"]),
  level,
  status: z.string(),
  tags: z.array(z.string()),
  logsource: z.string().describe("product/category/service, `*` where the rule says nothing."),
  state: z
    .enum(ruleStates)
    .describe(
      "`serving`: only correlations see it; `below`: under its set's level; `broken`: set aside, `why` says why.",
    ),
  why: z.string(),
  file: z.string(),
  hits: z.object({ day: z.int(), week: z.int() }).describe("Findings in the last 24 hours and 7 days."),
  lastHit: z.int().optional().describe("Of its newest finding's event, in those 7 days."),
});

const pageSchema = z.object({
  rule: ruleSchema.extend({
    author: z.string(),
    description: z.string(),
    falsepositives: z.array(z.string()),
    references: z.array(z.string()),
    window: z.int().describe("Milliseconds that an alert of it stays open for more findings."),
  }),
  text: z.string().describe("Its file."),
  days: z.array(z.object({ day: z.int(), hits: z.int(), muted: z.int(), hosts: z.int() })),
  noise: z.object({
    alerts: z.int().describe("Alerts of it, of the newest 1,000."),
    closed: z.int(),
    falsePositives: z.int(),
    benign: z.int(),
  }),
  exceptions: z.array(exceptionSchema),
  techniques: z.array(z.string()).describe("ATT&CK techniques that it covers."),
  canary: canarySchema.optional().describe("Whether it answers to its own example; absent before it was asked."),
});

export function ruleRoutes({ read, change, clock, book, lake, canary }: WatchParts): Route<Actor>[] {
  let asked: { readonly at: number; readonly hits: Promise<ReadonlyMap<string, RuleHits>> } | undefined;
  /** A list is asked for often; counting findings is not to be. */
  const hits = (): Promise<ReadonlyMap<string, RuleHits>> => {
    const at = clock.now();
    if (!asked || at - asked.at > 10_000)
      asked = { at, hits: lake.hits(at).then((all) => new Map(all.map((one) => [one.rule, one]))) };
    const { hits: counted } = asked;
    counted.catch(() => (asked = undefined));
    return counted;
  };
  const ruleOf = (id: string): ListedRule => {
    const rule = book.rules.find((one) => one.id === id);
    if (!rule) throw refuse("no-such-rule");
    return rule;
  };

  return [
    own({
      method: "GET",
      path: "/api/rules",
      id: "list-rules",
      says: "Lists rules with their state and what they found lately, by title.",
      admits: { permission: "rules.read" },
      query: z.object({
        set: z.string().max(100).optional(),
        state: several(ruleStates).optional(),
        level: several(levels).optional(),
        text: z.string().max(200).optional().describe("In the title, id or tags."),
        hit: z.enum(["true"]).optional().describe("Only rules that found something in the last 7 days."),
        from: z.coerce.number().int().nonnegative().default(0),
        limit: z.coerce.number().int().min(1).max(10_000).default(500),
      }),
      answers: {
        200: {
          says: "The rules.",
          json: z.object({
            rules: z.array(ruleSchema),
            total: z.int(),
            generation: z.int(),
            loading: z.boolean(),
            failure: z.string().describe("Why the last try to load rules failed; those of before are in force."),
          }),
        },
      },
      async handle({ query }) {
        const counted = await hits();
        const text = query.text?.toLowerCase();
        const found = book.rules
          .filter(
            (rule) =>
              (query.set === undefined || rule.set === query.set) &&
              (!query.state || query.state.includes(rule.state)) &&
              (!query.level || query.level.includes(rule.level)) &&
              (query.hit === undefined || counted.has(rule.id)) &&
              (text === undefined || `${rule.title} ${rule.id} ${rule.tags.join(" ")}`.toLowerCase().includes(text)),
          )
          .sort((a, b) => (a.title < b.title ? -1 : 1));
        return answerJson({
          rules: found
            .slice(query.from, query.from + query.limit)
            .map((rule) => ruleAnswer(rule, counted.get(rule.id))),
          total: found.length,
          generation: book.generation,
          loading: book.loading,
          failure: book.failure,
        });
      },
    }),
    own({
      method: "GET",
      path: "/api/rules/{id}",
      id: "read-rule",
      says: "Reads a rule: its text, what it found by day, how often it was wrong, its exceptions, what it covers.",
      admits: { permission: "rules.read" },
      params,
      answers: { 200: { says: "The rule.", json: pageSchema } },
      async handle({ params: { id }, signal }) {
        const rule = ruleOf(id);
        const [counted, days, exceptions, closed, text, answers] = await Promise.all([
          hits(),
          lake.hitsByDay(id, clock.now() - 30 * 86_400_000, signal),
          exceptionRows(read, { rule: id }),
          read
            .selectFrom("watch_alerts")
            .select("verdict")
            .where("rule", "=", id)
            .orderBy("raised_at", "desc")
            .limit(1_000)
            .execute(),
          textOf(rule.file),
          canaryRow(read, id),
        ]);
        const of = (verdict: string) => closed.filter((one) => one.verdict === verdict).length;
        return answerJson({
          rule: {
            ...ruleAnswer(rule, counted.get(id)),
            author: rule.author,
            description: rule.description,
            falsepositives: rule.falsepositives,
            references: rule.references,
            window: rule.window,
          },
          text,
          days,
          noise: {
            alerts: closed.length,
            closed: closed.filter(({ verdict }) => verdict !== null).length,
            falsePositives: of("false-positive"),
            benign: of("benign"),
          },
          exceptions: exceptions.map(exceptionOf),
          ...(answers && { canary: canaryOf(answers, canary.last?.results.get(id)?.excepted) }),
          techniques: rule.tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []),
        });
      },
    }),
    own({
      method: "POST",
      path: "/api/rules/{id}/disable",
      id: "disable-rule",
      says: "Switches a rule off. Rules are loaded anew in the background; the list says when.",
      admits: { permission: "rules.manage" },
      params,
      body: z.object({ reason: line(1, 1_000) }),
      answers: { 202: { says: "It will be off.", json: z.object({ generation: z.int() }) } },
      async handle(asked) {
        const { id, file } = ruleOf(asked.params.id);
        if (file === "") throw refuse("rule-built-in");
        await change(
          asked.caller,
          "rules.manage",
          async ({ tx, at, actor, audit, announce }) => {
            if (await switchOff(tx, { rule: id, reason: asked.body.reason, at, by: actor.id ?? "" }))
              announce("rule.disabled", { rule: id, reason: asked.body.reason, by: actor.id });
            audit(id, { reason: asked.body.reason });
          },
          asked,
        );
        void book.reload();
        return answerJson({ generation: book.generation }, 202);
      },
    }),
    own({
      method: "POST",
      path: "/api/rules/{id}/enable",
      id: "enable-rule",
      says: "Switches a rule on that was switched off.",
      admits: { permission: "rules.manage" },
      params,
      answers: { 202: { says: "It will be on.", json: z.object({ generation: z.int() }) } },
      async handle(asked) {
        const { id } = ruleOf(asked.params.id);
        await change(
          asked.caller,
          "rules.manage",
          async ({ tx, actor, audit, announce }) => {
            if (await switchOn(tx, id)) announce("rule.enabled", { rule: id, by: actor.id });
            audit(id);
          },
          asked,
        );
        void book.reload();
        return answerJson({ generation: book.generation }, 202);
      },
    }),
  ];
}

function ruleAnswer(rule: ListedRule, hits: RuleHits | undefined): z.output<typeof ruleSchema> {
  return {
    id: rule.id,
    set: rule.set,
    title: rule.title,
    type: rule.type,
    level: rule.level,
    status: rule.status,
    tags: [...rule.tags],
    logsource: rule.logsource,
    state: rule.state,
    why: rule.why,
    file: rule.file,
    hits: { day: hits?.day ?? 0, week: hits?.week ?? 0 },
    ...(hits && { lastHit: hits.last }),
  };
}

/** A rule file's text, as much of it as anybody writes. */
async function textOf(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    return "";
  }
}
