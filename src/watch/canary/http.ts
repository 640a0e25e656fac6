import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { instant, several } from "../contract.ts";
import type { WatchParts } from "../http.ts";
import { canaryRows, type CanaryRow } from "./store.ts";

const own = route<Actor>();
const canaryStates = ["alive", "dead", "none"] as const;

export const canarySchema = z.object({
  rule: z.string(),
  state: z.enum(canaryStates).describe("Whether it answers to its example; `none`: it has none, so nobody knows."),
  example: z.enum(["own", "made", "none"]).describe("Its author's, or one made of its own words."),
  why: z.string().describe("Why it is dead."),
  since: instant,
  excepted: z.array(z.string()).describe("Exceptions that hold its example back, at the last run of this process."),
});

export function canaryRoutes({ read, canary, generation }: WatchParts): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/canary",
      id: "read-canary",
      says: "Whether each rule that is on answers to its own example, on the way that events take.",
      admits: { permission: "rules.read" },
      query: z.object({ state: several(canaryStates).optional() }),
      answers: {
        200: {
          says: "The rules, the dead first.",
          json: z.object({
            ranAt: instant.optional().describe("Of this process; absent before its first run."),
            current: z.boolean().describe("Whether the run was of the rules that are in force now."),
            counts: z.object({ alive: z.int(), dead: z.int(), none: z.int() }),
            rules: z.array(canarySchema),
          }),
        },
      },
      async handle({ query: { state } }) {
        const rows = await canaryRows(read);
        const { last } = canary;
        const count = (of: CanaryRow["state"]) => rows.filter((row) => row.state === of).length;
        const order = ["dead", "none", "alive"];
        const shown = rows
          .filter((row) => !state || state.includes(row.state))
          .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.rule < b.rule ? -1 : 1));
        return answerJson({
          ...(last && { ranAt: last.at }),
          current: last?.generation === generation().number,
          counts: { alive: count("alive"), dead: count("dead"), none: count("none") },
          rules: shown.map((row) => canaryOf(row, last?.results.get(row.rule)?.excepted)),
        });
      },
    }),
  ];
}

export function canaryOf(row: CanaryRow, excepted: readonly string[] = []): z.output<typeof canarySchema> {
  const { rule, state, example, why, since_at: since } = row;
  return { rule, state, example, why, since, excepted: [...excepted] };
}
