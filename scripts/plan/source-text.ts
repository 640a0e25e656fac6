export interface Import {
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  readonly typeOnly: boolean;
}

const importing =
  /(?:^|[;}\n])[ \t]*(?:import|export)\b(?<clause>[^;"'`]*?)\bfrom\s*["'](?<from>[^"']+)["']|(?:^|[;}\n])[ \t]*import\s*["'](?<bare>[^"']+)["']|\bimport\s*\(\s*["'](?<dynamic>[^"']+)["']/g;

/** The imports of a TypeScript file, static and dynamic, in order. `text` is the file as written. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  return [...code.matchAll(importing)].map((found) => {
    const { clause = "", from, bare, dynamic } = found.groups ?? {};
    return {
      specifier: from ?? bare ?? dynamic ?? "",
      line: code.slice(0, found.index + found[0].length).split("\n").length,
      typeOnly: /^\s*type\b/.test(clause),
    };
  });
}

/**
 * The code with comments turned into spaces, lines kept. Strings, templates and regular expressions are told apart well
 * enough for looking at names in our own formatted code; it is no parser.
 */
export function withoutComments(text: string): string {
  return text.replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`|(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/|\/\*[^]*?\*\/|\/\/[^\n]*/g,
    (part) => (part.startsWith("//") || part.startsWith("/*") ? part.replace(/[^\n]/g, " ") : part),
  );
}

/** The code with comments and the insides of strings blanked: what is left are names and signs. */
export function withoutText(text: string): string {
  return withoutComments(text).replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g,
    (part) => `"${" ".repeat(part.length - 2)}"`,
  );
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
