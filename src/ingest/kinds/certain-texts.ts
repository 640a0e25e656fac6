/**
 * Texts without which a regular expression (without flags) can't match, as far as they are easy to see: the longest, at
 * most two. Looking for them first spares asking the expression of most texts.
 */
export function certainTexts(source: string): readonly string[] {
  const runs = new Set<string>();
  let run = "";
  function end(): void {
    if (run !== "") runs.add(run);
    run = "";
  }
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!;
    if (char === "|") return [];
    if (char === "\\") {
      const escaped = source[++at] ?? "";
      // Numbers, code points and back-references are longer than a letter: not easy to see.
      if (/[0-9xucpPk]/.test(escaped)) return [];
      if (/\w/.test(escaped)) end();
      else run += escaped;
    } else if (char === "(" || char === "[") {
      end();
      at = closingOf(source, at);
    } else if (char === "?" || char === "*" || char === "{") {
      // What may come no times is not certain.
      run = run.slice(0, -1);
      end();
      if (char === "{") at = source.indexOf("}", at);
      if (at < 0) return [];
    } else if ("+^$.".includes(char)) end();
    else run += char;
  }
  end();
  return [...runs].sort((one, other) => other.length - one.length).slice(0, 2);
}

function closingOf(source: string, open: number): number {
  let depth = 0;
  let inClass = false;
  for (let at = open; at < source.length; at++) {
    const char = source[at];
    if (char === "\\") at++;
    else if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    else if (char === "(") depth++;
    else if (char === ")") depth--;
    if (depth === 0 && !inClass) return at;
  }
  return source.length;
}
