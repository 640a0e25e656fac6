import { ANY, never, type Expr, type FieldTest, type Pattern } from "../../plan.ts";
import { literalOf } from "../../read/text-pattern.ts";
import { mapItems, mapLeaves } from "../detection-item.ts";
import type { Params } from "../params.ts";
import { regrouped, type Action } from "../step.ts";

/** Digest length in hex digits → algorithm, for values without a name before them. */
const algorithmByLength: Readonly<Record<number, string>> = { 32: "MD5", 40: "SHA1", 64: "SHA256", 128: "SHA512" };

/**
 * `Hashes: SHA1=AB…` becomes a test of the field `<field_prefix>SHA1`. Alternatives of an unknown algorithm drop out; a
 * rule with none that is known is refused.
 */
export function readHashesFields(params: Params): Action | undefined {
  const algorithms = params.needTexts("valid_hash_algos");
  const prefix = params.text("field_prefix") ?? "";
  const dropsName = params.flag("drop_algo_prefix");
  if (!algorithms) return undefined;
  const known = new Set(algorithms.map((name) => name.toUpperCase()));
  return (work, step) => {
    let refusal: string | undefined;
    const node = mapItems(work.node, (item) => {
      if (item.field === undefined || !step.holdsForItem(work, item)) return item;
      let found = 0;
      const expr = mapLeaves(item.expr, (leaf) => {
        if (leaf.kind !== "field" || leaf.test.op !== "like") return leaf;
        const hash = hashIn(leaf.test.pattern);
        if (!known.has(hash.algorithm)) return never;
        found++;
        const field = dropsName ? prefix : prefix + hash.algorithm;
        return { ...leaf, field, test: { ...leaf.test, pattern: hash.digest } };
      });
      if (expr === item.expr) return item;
      if (found === 0) refusal ??= `no hash of a known algorithm (${algorithms.join(", ")}) in '${item.field}'`;
      return regrouped(step, item, expr);
    });
    work.node = node ?? work.node;
    return refusal;
  };
}

function hashIn(pattern: Pattern): { algorithm: string; digest: Pattern } {
  const from = pattern[0] === ANY ? 1 : 0;
  const [head, ...rest] = pattern.slice(from);
  const text = typeof head === "string" ? head : "";
  const named = /^([A-Za-z0-9]+)[=|](.*)$/s.exec(text);
  const algorithm = named?.[1]?.toUpperCase() ?? algorithmByLength[text.length] ?? "";
  const digest = named ? named[2]! : text;
  return { algorithm, digest: digest === "" ? rest : [digest, ...rest] };
}

/**
 * Ours, not pySigma's: `Imphash: AB…` also looks for `IMPHASH=AB…` inside the field `into`. `fields` maps a field's name
 * to the algorithm's. Values with wildcards are left to the field itself: inside a list of hashes they would match others'.
 */
export function readFieldsToHashes(params: Params): Action | undefined {
  const fields = params.needTextsByText("fields");
  const into = params.needText("into");
  if (!fields || into === undefined) return undefined;
  return (work, step) => {
    const node = mapItems(work.node, (item) => {
      const algorithm = item.field === undefined ? undefined : fields.get(item.field)?.[0];
      if (algorithm === undefined || !step.holdsForItem(work, item)) return item;
      return regrouped(step, item, withHashes(item.expr, algorithm, into));
    });
    work.node = node ?? work.node;
    return undefined;
  };
}

function withHashes(expr: Expr, algorithm: string, into: string): Expr {
  return mapLeaves(expr, (leaf): Expr => {
    if (leaf.kind !== "field" || leaf.test.op !== "like") return leaf;
    const digest = literalOf(leaf.test.pattern);
    if (digest === undefined || digest === "") return leaf;
    const test = { ...leaf.test, pattern: [ANY, `${algorithm}=${digest}`, ANY] } as const;
    const inHashes: FieldTest = { ...leaf, field: into, test };
    return { kind: "or", of: [leaf, inHashes] };
  });
}
