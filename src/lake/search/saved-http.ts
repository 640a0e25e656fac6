import { z } from "zod";
import type { Actor, Change } from "#access";
import { answerJson, route, type Route } from "#http";
import { formatInstant, type Id, isId } from "#kernel";
import { answerQueryProblem } from "./answer-query-problem.ts";
import { askedSchema } from "./contract.ts";
import { parseQuery } from "./language/parse-query.ts";
import { refuse } from "../refusals.ts";
import { addSaved, changeSaved, countSaved, removeSaved, savedById, savedFor, type SavedRow } from "./saved-store.ts";
import { badQuery } from "./search-http.ts";
import type { SearchParts } from "./search-parts.ts";
import type { SearchTables } from "./tables.ts";

const own = route<Actor>();

const searchId = z
  .string()
  .refine((text): text is Id<"search"> => isId("search", text), "is not the id of a saved search");

const wishSchema = askedSchema.extend({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not hold control characters"),
  shared: z.boolean().default(false).describe("Whether everybody who may search sees it."),
});
type Wish = z.output<typeof wishSchema>;

const savedSchema = z.object({
  id: searchId,
  name: z.string(),
  query: z.string(),
  in: z.enum(["events", "findings"]),
  from: z.string().optional(),
  to: z.string().optional(),
  owner: z.string(),
  mine: z.boolean(),
  shared: z.boolean(),
  madeAt: z.string(),
  changedAt: z.string(),
});

const mostSaved = 500;

/** Searches kept under a name; a link to one is its id. */
export function savedRoutes({ read, change }: SearchParts): Route<Actor>[] {
  const params = z.object({ id: searchId });
  const one = { 200: { says: "The search.", json: savedSchema } };
  return [
    own({
      method: "GET",
      path: "/api/searches",
      id: "list-searches",
      says: "Lists one's own saved searches and those that are shared.",
      admits: { permission: "search.run" },
      answers: { 200: { says: "The searches.", json: z.object({ searches: z.array(savedSchema) }) } },
      handle: async ({ caller }) =>
        answerJson({
          searches: (await savedFor(read, caller.id ?? "", 2 * mostSaved)).map((row) => spell(row, caller)),
        }),
    }),
    own({
      method: "GET",
      path: "/api/searches/{id}",
      id: "read-search",
      says: "Gives a saved search: one's own, or one that is shared.",
      admits: { permission: "search.run" },
      params,
      answers: one,
      async handle({ params: { id }, caller }) {
        const row = await savedById(read, id);
        if (!row || (row.owner !== caller.id && row.shared === 0)) throw refuse("no-such-search");
        return answerJson(spell(row, caller));
      },
    }),
    own({
      method: "POST",
      path: "/api/searches",
      id: "save-search",
      says: "Saves a search under a name.",
      admits: { permission: "search.save" },
      body: wishSchema,
      answers: { 201: { says: "Saved.", json: savedSchema }, ...badQuery },
      async handle(asked) {
        const wrong = parseQuery(asked.body.query, asked.body.in);
        if (!wrong.ok) return answerQueryProblem(wrong.error, asked.requestId);
        const row = await change(asked.caller, "search.save", (work) => save(work, asked.body), asked);
        return answerJson(spell(row, asked.caller), 201);
      },
    }),
    own({
      method: "PUT",
      path: "/api/searches/{id}",
      id: "change-search",
      says: "Changes a search that one has saved.",
      admits: { permission: "search.save" },
      params,
      body: wishSchema,
      answers: { ...one, ...badQuery },
      async handle(asked) {
        const wrong = parseQuery(asked.body.query, asked.body.in);
        if (!wrong.ok) return answerQueryProblem(wrong.error, asked.requestId);
        const { id } = asked.params;
        const row = await change(
          asked.caller,
          "search.save",
          async (work) => {
            const before = await ownSaved(work, id);
            const after = { ...before, ...columnsOf(asked.body), changed_at: work.at };
            const { id: _, owner, made_at: made, ...changed } = after;
            await changeSaved(work.tx, id, changed);
            work.audit(id, { name: after.name, shared: after.shared === 1 });
            return { ...after, owner, made_at: made };
          },
          asked,
        );
        return answerJson(spell(row, asked.caller));
      },
    }),
    own({
      method: "DELETE",
      path: "/api/searches/{id}",
      id: "delete-search",
      says: "Deletes a search that one has saved.",
      admits: { permission: "search.save" },
      params,
      answers: { 204: { says: "Deleted." } },
      async handle(asked) {
        const { id } = asked.params;
        await change(
          asked.caller,
          "search.save",
          async (work) => {
            const { name } = await ownSaved(work, id);
            await removeSaved(work.tx, id);
            work.audit(id, { name, deleted: true });
          },
          asked,
        );
        return new Response(null, { status: 204 });
      },
    }),
  ];
}

async function save({ tx, actor, at, newId, audit }: Change, wish: Wish): Promise<SavedRow> {
  const owner = actor.id ?? "";
  if ((await countSaved(tx.tables<SearchTables>(), owner)) >= mostSaved)
    throw refuse("too-many-saved", { most: mostSaved });
  const row: SavedRow = { id: newId("search"), owner, made_at: at, changed_at: at, ...columnsOf(wish) };
  await addSaved(tx, row);
  audit(row.id, { name: row.name, shared: wish.shared });
  return row;
}

async function ownSaved({ tx, actor }: Change, id: Id<"search">): Promise<SavedRow> {
  const row = await savedById(tx.tables<SearchTables>(), id);
  if (!row || (row.owner !== actor.id && row.shared === 0)) throw refuse("no-such-search");
  if (row.owner !== actor.id) throw refuse("not-your-search");
  return row;
}

function columnsOf({ name, query, in: lookup, from, to, shared }: Wish) {
  return {
    name,
    query,
    lookup,
    from_time: from ?? null,
    to_time: to ?? null,
    shared: shared ? (1 as const) : (0 as const),
  };
}

function spell(row: SavedRow, caller: Actor): z.output<typeof savedSchema> {
  return {
    id: row.id,
    name: row.name,
    query: row.query,
    in: row.lookup,
    ...(row.from_time === null ? {} : { from: row.from_time }),
    ...(row.to_time === null ? {} : { to: row.to_time }),
    owner: row.owner,
    mine: row.owner === caller.id,
    shared: row.shared === 1,
    madeAt: formatInstant(row.made_at),
    changedAt: formatInstant(row.changed_at),
  };
}
