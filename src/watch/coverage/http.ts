import { z } from "zod";
import type { Actor } from "#access";
import { attackCoverage, navigatorLayer } from "#detect";
import { answerJson, route, type Route } from "#http";
import type { WatchParts } from "../http.ts";

const own = route<Actor>();

const coverageSchema = z.object({
  rules: z.int().describe("Rules that are on."),
  rulesWithTechnique: z.int(),
  covered: z.int().describe("Techniques and sub-techniques with a rule."),
  tactics: z.array(
    z.object({
      tactic: z.string(),
      techniques: z.array(
        z.object({
          technique: z.string(),
          rules: z.array(z.object({ id: z.string(), title: z.string(), level: z.string() })),
          hits: z.object({ day: z.int(), week: z.int() }).describe("Findings of these rules."),
        }),
      ),
    }),
  ),
});

export function coverageRoutes({ clock, lake, generation }: WatchParts): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/coverage",
      id: "read-coverage",
      says: "ATT&CK techniques that the rules which are on cover, with what they found; or as a layer of the ATT&CK Navigator.",
      admits: { permission: "rules.read" },
      query: z.object({ format: z.enum(["json", "navigator"]).default("json") }),
      answers: {
        200: {
          says: "The coverage, or the layer.",
          json: z.union([coverageSchema, z.looseObject({ name: z.string() })]),
        },
      },
      async handle({ query: { format }, signal }) {
        const coverage = attackCoverage([...generation().byId.values()]);
        if (format === "navigator") return answerJson(navigatorLayer(coverage, "Rules that are on"));
        const hits = new Map((await lake.hits(clock.now(), signal)).map((one) => [one.rule, one]));
        const { rules, rulesWithTechnique, covered, tactics } = coverage;
        return answerJson({
          rules,
          rulesWithTechnique,
          covered,
          tactics: tactics.map(({ tactic, techniques }) => ({
            tactic,
            techniques: techniques.map(({ technique, rules: covering }) => ({
              technique,
              rules: covering.map(({ id, title, level }) => ({ id, title, level })),
              hits: {
                day: covering.reduce((sum, { id }) => sum + (hits.get(id)?.day ?? 0), 0),
                week: covering.reduce((sum, { id }) => sum + (hits.get(id)?.week ?? 0), 0),
              },
            })),
          })),
        });
      },
    }),
  ];
}
