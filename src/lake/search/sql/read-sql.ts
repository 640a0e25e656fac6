import { fail, ok, type Result } from "#kernel";

export type SqlToken =
  | { readonly is: "word"; readonly text: string; readonly quoted: boolean }
  | { readonly is: "number" | "sign"; readonly text: string }
  | { readonly is: "string"; readonly value: string };

/**
 * Reads SQL into tokens, strictly: what a person has reason to write, and nothing that the engine's own reader could take
 * for something else. `spellSql` writes it anew, so that the engine gets only what was understood here. Comments are
 * left out.
 */
export function readSql(text: string): Result<readonly SqlToken[], string> {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < text.length) {
    const kind = kinds.find(({ pattern }) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!kind) return fail(`${JSON.stringify(text.slice(at, at + 12))} cannot be read.`);
    const found = text.slice(at, kind.pattern.lastIndex);
    const token = kind.token(found);
    if (token) tokens.push(token);
    at = kind.pattern.lastIndex;
  }
  return ok(tokens);
}

const kinds: readonly { readonly pattern: RegExp; readonly token: (text: string) => SqlToken | undefined }[] = [
  { pattern: /\s+/y, token: () => undefined },
  { pattern: /--[^\n]*(?:\n|$)/y, token: () => undefined },
  { pattern: /\/\*(?:[^*]|\*(?!\/))*\*\//y, token: () => undefined },
  { pattern: /[A-Za-z_]\w*/y, token: (text) => ({ is: "word", text, quoted: false }) },
  {
    pattern: /`[A-Za-z_]\w*`|"[A-Za-z_]\w*"/y,
    token: (text) => ({ is: "word", text: text.slice(1, -1), quoted: true }),
  },
  { pattern: /(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y, token: (text) => ({ is: "number", text }) },
  { pattern: /'(?:[^'\\]|''|\\[\s\S])*'/y, token: (text) => ({ is: "string", value: unescaped(text.slice(1, -1)) }) },
  {
    pattern: /->|<=|>=|<>|!=|==|\|\||::|[()[\],.+\-*/%=<>?:]/y,
    token: (text) => ({ is: "sign", text }),
  },
];

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "0": "\0" };

/** As ClickHouse reads its string literals; an escape that it does not know keeps its backslash. */
function unescaped(text: string): string {
  return text.replace(
    /''|\\x([\dA-Fa-f]{2})|\\([\s\S])/g,
    (found, hex: string | undefined, one: string | undefined) => {
      if (found === "''") return "'";
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return escapes[one!] ?? (/[\\'"`/=]/.test(one!) ? one! : `\\${one}`);
    },
  );
}

/** The tokens as SQL that has no second reading. */
export function spellSql(tokens: readonly SqlToken[]): string {
  return tokens
    .map((token) => {
      if (token.is === "word") return token.quoted ? `\`${token.text}\`` : token.text;
      if (token.is === "string") return `'${token.value.replace(special, escapeSpecial)}'`;
      return token.text;
    })
    .join(" ")
    .replaceAll(" . ", ".");
}

// oxlint-disable-next-line no-control-regex -- control characters are what has to be escaped
const special = /['\\\u0000-\u001f\u007f]/g;

function escapeSpecial(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
