import fc from "fast-check";
import { flatLayout, type Json, type JsonObject, type Layout } from "../../event.ts";
import type { Expr, Origin, ValueTest } from "../../plan.ts";
import { storedEvent } from "../stored-event.ts";
import { addresses, eventText, number, numberText, time } from "./texts.ts";
import { comparisonFrom, likeFrom, networkTests, regexFrom, timePart, valueTestFrom } from "./value-tests.ts";

/** Plans and the events to ask them of. Most values in the plans are made from values in the events, then hurt a little. */
export interface Batch {
  readonly layout: Layout;
  readonly bodies: readonly JsonObject[];
  readonly plans: readonly Expr[];
}

const keys = ["a", "b", "c", "a.b", "b.c", "*", "\\", "a\\", "\\@", "it's", "", "ключ", "__proto__", "\ud800"];
const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: eventText },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: fc.constantFrom<Json[]>(null, true, false, "", "true") },
  { weight: 2, arbitrary: fc.oneof(numberText, addresses, time) },
);
const json = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 7, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(tie("json"), { maxLength: 3 }) },
    { weight: 2, arbitrary: object(tie("json"), 3) },
  ),
})).json;

/** Made through JSON text, as events are: `__proto__` is a key like any other then. */
function object(of: fc.Arbitrary<Json>, most: number): fc.Arbitrary<JsonObject> {
  const member = fc
    .tuple(fc.constantFrom(...keys), of)
    .map((pair) => pair.map((part) => JSON.stringify(part)).join(":"));
  return fc.array(member, { maxLength: most }).map((members) => JSON.parse(`{${members.join()}}`) as JsonObject);
}

const steps = fc.array(fc.constantFrom(...keys.filter((key) => key.isWellFormed())), { minLength: 1, maxLength: 3 });
const field = fc.constantFrom("a", "b", "c", "a.b", "b.c", "a.b.c", "a.*", "*", "\\", "it's", "ключ", "x");
const madeLayout = fc
  .array(fc.tuple(field, fc.array(steps, { maxLength: 3 })), { maxLength: 4 })
  .map((entries): Layout => {
    const made = new Map<string, readonly (readonly string[])[]>(entries);
    return { name: "made", paths: (name) => made.get(name) ?? flatLayout.paths(name) };
  });

export const batches: fc.Arbitrary<Batch> = fc
  .tuple(fc.array(object(json, 6), { minLength: 1, maxLength: 40 }), fc.oneof(fc.constant(flatLayout), madeLayout))
  .chain(([bodies, layout]) => {
    const seen = bodies.flatMap((body) => {
      const { texts } = storedEvent(body);
      return Object.entries(texts).flatMap(([path, some]) =>
        some.map((text) => ({ path: forRules(path.replaceAll("\\.", ".")), text: forRules(text) })),
      );
    });
    const values = fc.constantFrom(...seen, { path: "a", text: "" }, { path: "b", text: "x" });
    return fc.array(planFrom(values), { minLength: 1, maxLength: 30 }).map((plans) => ({ layout, bodies, plans }));
  });

/** A half of a pair is kept as a character of its own, which no rule here names. */
function forRules(text: string): string {
  return text.replace(/[\u{10f000}-\u{10f7ff}]/gu, "\ufffd");
}

const origin: Origin = { selection: "selection", key: "field", value: "value", line: 1, column: 1 };
const testOf = (name: string, test: ValueTest): Expr => ({ kind: "field", field: name, test, origin });

function planFrom(values: fc.Arbitrary<{ path: string; text: string }>): fc.Arbitrary<Expr> {
  const test = values.chain(({ path, text }) =>
    fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.constant(path) }, field), valueTestFrom(text, field)),
  );
  const keyword = values.chain(({ text }) => fc.oneof({ weight: 2, arbitrary: likeFrom(text) }, regexFrom(text)));
  return fc.letrec<{ expr: Expr }>((tie) => {
    const some = fc.array(tie("expr"), { maxLength: 4 });
    return {
      expr: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        { weight: 8, arbitrary: test.map(([name, one]) => testOf(name, one)) },
        { weight: 2, arbitrary: keyword.map((one): Expr => ({ kind: "keyword", test: one, origin })) },
        { weight: 1, arbitrary: fc.boolean().map((value): Expr => ({ kind: "constant", value })) },
        { weight: 2, arbitrary: tie("expr").map((of): Expr => ({ kind: "not", of })) },
        { weight: 2, arbitrary: some.map((of): Expr => ({ kind: "and", of })) },
        { weight: 2, arbitrary: some.map((of): Expr => ({ kind: "or", of })) },
        // Many values of one field, as rules list them.
        {
          weight: 1,
          arbitrary: fc
            .array(test, { minLength: 3, maxLength: 30 })
            .map((many): Expr => ({ kind: "or", of: many.map(([, one]) => testOf(many[0]![0], one)) })),
        },
      ),
    };
  }).expr;
}

/** Many values of the sorts that have readers of their own, and every question about each. */
export const readings: fc.Arbitrary<Batch> = fc
  .oneof(
    fc.tuple(fc.array(addresses, { minLength: 100, maxLength: 200 }), fc.constant(networkTests)),
    fc.tuple(fc.array(time, { minLength: 100, maxLength: 200 }), fc.array(timePart, { minLength: 10, maxLength: 20 })),
    fc.array(fc.oneof(numberText, number), { minLength: 50, maxLength: 100 }).chain((values) =>
      fc.tuple(
        fc.constant(values),
        fc.array(
          fc.constantFrom(...values).chain((near) => comparisonFrom(Number(near))),
          { minLength: 10, maxLength: 30 },
        ),
      ),
    ),
  )
  .map(([values, tests]: [readonly Json[], readonly ValueTest[]]) => ({
    layout: flatLayout,
    bodies: values.map((one) => ({ a: one })),
    plans: tests.map((one) => testOf("a", one)),
  }));
