import { type IndicatorType, type NormalValue, readValue } from "./indicator.ts";
import type { StixNode } from "./stix-pattern.ts";

export type StixValues =
  | { readonly ok: true; readonly values: readonly NormalValue[] }
  | { readonly ok: false; readonly why: string };

/**
 * The values that each alone make a pattern hold: of an OR all of its parts', of an AND only where all parts say the
 * same. One part that cannot be asked so leaves the whole pattern out: what is left of it would hold for other events.
 */
export function valuesOf(node: StixNode): StixValues {
  if (node.kind === "test") return valuesOfTest(node);
  const parts = node.parts.map(valuesOf);
  const bad = parts.find((part) => !part.ok);
  if (bad) return bad;
  const values = parts.map((part) => (part.ok ? part.values : []));
  if (node.kind === "or") return { ok: true, values: unique(values.flat()) };
  const [first = []] = values;
  const same = values.every((one) => keys(one) === keys(first));
  return same ? { ok: true, values: first } : { ok: false, why: "AND asks for several values of one event together." };
}

function valuesOfTest(test: StixNode & { kind: "test" }): StixValues {
  const { object, path, operator, negated, values } = test;
  const name = `${object}:${path}`;
  const type = typeOf(object, path);
  if (negated || operator === "!=") return { ok: false, why: `${name} is asked what it is not.` };
  if (type === undefined) return { ok: false, why: `${name} is no value that events are looked through for.` };
  if (operator === "LIKE") return likeDomain(name, type, values[0]!);
  if (operator === "ISSUBSET") {
    if (type !== "ip") return { ok: false, why: `ISSUBSET is asked of ${name}, which is no address.` };
  } else if (operator !== "=" && operator !== "IN")
    return { ok: false, why: `${operator} is not looked for by value.` };
  const read = values.map((value) => normal(type, value, operator === "ISSUBSET"));
  const wrong = values[read.indexOf(undefined)];
  if (wrong !== undefined) return { ok: false, why: `${name}: this is no ${type}: ${wrong.slice(0, 100)}` };
  return { ok: true, values: unique(read as NormalValue[]) };
}

/** As written, without undoing what people do to values: a pattern is for machines. */
function normal(type: IndicatorType, value: string, isSubset: boolean): NormalValue | undefined {
  // `ipv4-addr:value = '10.0.0.0/8'` is an object whose value is that network, which no event has (section 9.7).
  if (type === "ip" && value.includes("/") && !isSubset && !/\/(?:32|128)$/.test(value)) return undefined;
  if (type === "domain" && /^\*?\./.test(value)) return undefined;
  return readValue(value, type === "ip" && value.includes("/") ? "cidr" : type, "exact");
}

/** `%.evil.example` is all below a name; other wildcards would have to be tried one by one against each event. */
function likeDomain(name: string, type: IndicatorType, pattern: string): StixValues {
  const below = type === "domain" && pattern.startsWith("%.") ? pattern.slice(2) : pattern;
  if (type !== "domain" || /[%_]/.test(below))
    return {
      ok: false,
      why: `LIKE '${pattern.slice(0, 100)}' is asked of ${name}; only '%.name' of a domain is looked for.`,
    };
  const read = readValue(below, "domain", "exact");
  if (!read) return { ok: false, why: `${name}: this is no domain: ${below.slice(0, 100)}` };
  return { ok: true, values: [below === pattern ? read : { ...read, reach: "only-below" }] };
}

function typeOf(object: string, path: string): IndicatorType | undefined {
  if (object === "file" || object === "artifact" || object === "x509-certificate") {
    // What events have are files' hashes.
    return object === "file" && /^hashes\.(?:MD5|SHA-?1|SHA-?256)$/i.test(path) ? "hash" : undefined;
  }
  return types[`${object}:${path}`];
}

const types: Readonly<Record<string, IndicatorType>> = {
  "ipv4-addr:value": "ip",
  "ipv6-addr:value": "ip",
  "network-traffic:dst_ref.value": "ip",
  "network-traffic:src_ref.value": "ip",
  "domain-name:value": "domain",
  "url:value": "url",
  "email-addr:value": "user",
  "user-account:account_login": "user",
  "user-account:user_id": "user",
};

function unique(values: readonly NormalValue[]): NormalValue[] {
  return [...new Map(values.map((one) => [`${one.type} ${one.reach} ${one.value}`, one])).values()];
}

function keys(values: readonly NormalValue[]): string {
  return JSON.stringify(values.map(({ type, reach, value }) => `${type} ${reach} ${value}`).sort());
}
