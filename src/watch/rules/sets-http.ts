import { z } from "zod";
import type { Actor } from "#access";
import type { Id } from "#kernel";
import { answerJson, route, type Route } from "#http";
import { idOf, instant, level, line } from "../contract.ts";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import { isBranch, isGitUrl } from "./git-checkout.ts";
import type { RuleBook } from "./rule-book.ts";
import { addRuleSet, changeRuleSet, removeRuleSet, type RuleSetRow, ruleSetRows } from "./store.ts";

const own = route<Actor>();
const params = z.object({ id: idOf("rule-set") });

const setSchema = z.object({
  id: idOf("rule-set"),
  name: z.string(),
  kind: z
    .enum(["own", "folder", "git"])
    .describe("`own`: Meridian's; `folder`: named by a setting; `git`: a checkout."),
  place: z.string(),
  branch: z.string().optional(),
  pin: z.string().optional().describe("The commit that the branch has to be at."),
  enabled: z.boolean(),
  level: level.describe("Rules below it are off."),
  state: z.enum(["loaded", "off", "missing", "failed"]),
  why: z.string(),
  commit: z.string().describe("Of a checkout: what is there now."),
  rules: z.int(),
  on: z.int(),
  broken: z.int(),
  loadedAt: instant,
});

const gitUrl = z.string().max(500).refine(isGitUrl, "must be https:// or ssh://, without a password or token");
const branch = z.string().refine(isBranch, "must be a branch's name");
const pin = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, "must be a commit in hex");

export function ruleSetRoutes({ read, change, book }: WatchParts): Route<Actor>[] {
  const rowOf = async (id: Id<"rule-set">): Promise<RuleSetRow> => {
    const row = (await ruleSetRows(read)).find((one) => one.id === id);
    if (!row) throw refuse("no-such-rule-set");
    return row;
  };
  const answers = { 200: { says: "The rule set; rules are loaded in the background.", json: setSchema } };
  return [
    own({
      method: "GET",
      path: "/api/rule-sets",
      id: "list-rule-sets",
      says: "Lists rule sets and how they are doing.",
      admits: { permission: "rules.read" },
      answers: {
        200: {
          says: "The sets.",
          json: z.object({ sets: z.array(setSchema), generation: z.int(), loading: z.boolean(), failure: z.string() }),
        },
      },
      handle: async () =>
        answerJson({
          sets: (await ruleSetRows(read)).map((row) => setOf(row, book)),
          generation: book.generation,
          loading: book.loading,
          failure: book.failure,
        }),
    }),
    own({
      method: "POST",
      path: "/api/rule-sets",
      id: "add-rule-set",
      says: "Adds a rule set from a git repository, which is fetched now and then.",
      admits: { permission: "rule-sets.manage" },
      body: z.object({
        name: line(1, 60),
        url: gitUrl,
        branch: branch.default("main"),
        pin: pin.optional(),
        level: level.default("informational"),
      }),
      answers: { 201: { says: "Added; its rules come once they are fetched.", json: setSchema } },
      async handle(asked) {
        const { name, url, branch: on, pin: at, level: least } = asked.body;
        const row = await change(
          asked.caller,
          "rule-sets.manage",
          async (in_) => {
            const made: RuleSetRow = {
              id: in_.newId("rule-set"),
              name,
              kind: "git",
              place: url,
              branch: on,
              pin: at ?? null,
              enabled: 1,
              level: least,
              made_at: in_.at,
              made_by: in_.actor.id ?? "",
            };
            if (!(await addRuleSet(in_.tx, made))) throw refuse("rule-set-taken");
            in_.announce("rule-set.added", { set: made.id, name, url, branch: on });
            in_.audit(made.id, { name, url, branch: on });
            return made;
          },
          asked,
        );
        void book.pull(row);
        return answerJson(setOf(row, book), 201);
      },
    }),
    own({
      method: "PUT",
      path: "/api/rule-sets/{id}",
      id: "change-rule-set",
      says: "Switches a rule set on or off and says from which level on its rules count.",
      admits: { permission: "rules.manage" },
      params,
      body: z.object({ enabled: z.boolean(), level, pin: pin.nullable().optional() }),
      answers,
      async handle(asked) {
        const { id } = asked.params;
        const row = await rowOf(id);
        const { enabled, level: least, pin: to } = asked.body;
        if (to !== undefined && row.kind !== "git") throw refuse("rule-set-fixed");
        await change(
          asked.caller,
          "rules.manage",
          async ({ tx, audit, announce, actor }) => {
            await changeRuleSet(tx, id, {
              enabled: enabled ? 1 : 0,
              level: least,
              ...(to !== undefined && { pin: to }),
            });
            announce("rule-set.changed", { set: id, enabled, level: least, by: actor.id });
            audit(id, { enabled, level: least, ...(to !== undefined && { pin: to }) });
          },
          asked,
        );
        void book.reload();
        return answerJson(setOf(await rowOf(id), book));
      },
    }),
    own({
      method: "POST",
      path: "/api/rule-sets/{id}/reload",
      id: "reload-rule-set",
      says: "Looks at a rule set anew; a checkout is fetched from its origin first.",
      admits: { permission: "rules.manage" },
      params,
      answers: { 202: { says: "It is being loaded.", json: setSchema } },
      async handle(asked) {
        const row = await rowOf(asked.params.id);
        await change(asked.caller, "rules.manage", async ({ audit }) => audit(row.id, { does: "reload" }), asked);
        void (row.kind === "git" ? book.pull(row) : book.reload());
        return answerJson(setOf(row, book), 202);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/rule-sets/{id}",
      id: "remove-rule-set",
      says: "Removes a rule set from a git repository.",
      admits: { permission: "rule-sets.manage" },
      params,
      answers: { 204: { says: "Removed; its rules go once the others are loaded." } },
      async handle(asked) {
        const row = await rowOf(asked.params.id);
        if (row.kind !== "git") throw refuse("rule-set-fixed");
        await change(
          asked.caller,
          "rule-sets.manage",
          async ({ tx, audit, announce, actor }) => {
            await removeRuleSet(tx, row.id);
            announce("rule-set.removed", { set: row.id, name: row.name, by: actor.id });
            audit(row.id, { name: row.name });
          },
          asked,
        );
        void book.reload();
        return new Response(null, { status: 204 });
      },
    }),
  ];
}

function setOf(row: RuleSetRow, book: RuleBook): z.output<typeof setSchema> {
  const { id, name, kind, place, branch: on, pin: at, enabled, level: least } = row;
  return {
    id,
    name,
    kind,
    place,
    enabled: enabled === 1,
    level: least,
    ...book.stateOf(row),
    ...(on !== null && { branch: on }),
    ...(at !== null && { pin: at }),
  };
}
