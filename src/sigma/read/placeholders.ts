/** Names that the specification gives; a site that defines any should begin with these. */
export const standardPlaceholders = [
  "Administrators",
  "JumpServers",
  "Workstations",
  "Servers",
  "DomainControllers",
] as const;

/** Values that one written value may stand for once its placeholders are filled in. */
export const mostExpandedValues = 10_000;

/** Characters of all of them together. */
const mostExpandedText = 2 ** 22;

export type Expansion =
  | { readonly kind: "values"; readonly values: readonly string[]; readonly found: number }
  | { readonly kind: "unresolved"; readonly name: string }
  | { readonly kind: "too-many" };

/**
 * Fills in `%name%`; `\%` is a plain percent sign. A value with several placeholders, or with one that has several
 * values, becomes every combination. `quote` fits a placeholder's value into the text around it, a regular expression's
 * say. Other backslashes are left to whoever reads the result.
 */
export function expandPlaceholders(
  text: string,
  known: Readonly<Record<string, readonly string[]>>,
  quote: (value: string) => string = (value) => value,
): Expansion {
  let values = [""];
  let found = 0;
  const token = /\\\\|\\%|%([\p{L}\p{N}_.-]+)%/gu;
  let from = 0;
  for (const match of text.matchAll(token)) {
    const before = text.slice(from, match.index);
    from = match.index + match[0].length;
    const name = match[1];
    if (name === undefined) {
      const plain = match[0] === "\\%" ? "%" : match[0];
      values = values.map((value) => value + before + plain);
      continue;
    }
    const fillings = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!fillings || fillings.length === 0) return { kind: "unresolved", name };
    found++;
    const count = values.length * fillings.length;
    if (count > mostExpandedValues || count * text.length > mostExpandedText) return { kind: "too-many" };
    values = values.flatMap((value) => fillings.map((filling) => value + before + quote(filling)));
  }
  const rest = text.slice(from);
  return { kind: "values", values: values.map((value) => value + rest), found };
}
