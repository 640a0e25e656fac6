import { RE2JS } from "re2js";

/**
 * Pipelines carry Python regular expressions. These run on RE2, so that a pipeline from elsewhere can't stall the engine;
 * what RE2 lacks (look-around, back-references) is undefined, with the reason.
 */
export interface PythonRegex {
  /** Python's `re.match`: at the start of the text. */
  matchesStart(text: string): boolean;
  /** Python's `re.sub`; `\1`, `\g<1>` and `\g<name>` in the replacement stand for groups. */
  replaceAll(text: string, replacement: string): string;
}

export function readPythonRegex(source: string): PythonRegex | { readonly reason: string } {
  if (source.length > 16 * 1024) return { reason: "it is longer than 16384 characters" };
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(source);
  } catch (cause) {
    return { reason: cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, "") : String(cause) };
  }
  return {
    matchesStart: (text) => regex.matcher(text).lookingAt(),
    replaceAll(text, replacement) {
      const matcher = regex.matcher(text);
      let result = "";
      let from = 0;
      while (matcher.find()) {
        result += text.slice(from, matcher.start()) + fillIn(replacement, (group) => matcher.group(group) ?? "");
        from = matcher.end();
      }
      return result + text.slice(from);
    },
  };
}

function fillIn(replacement: string, group: (name: string | number) => string): string {
  return replacement.replace(
    /\\(?:g<([^>]+)>|(\d{1,2})|([\\nt]))/g,
    (_, name: string | undefined, number: string | undefined, escape: string | undefined) => {
      if (escape !== undefined) return escape === "n" ? "\n" : escape === "t" ? "\t" : "\\";
      const wanted = name ?? number ?? "0";
      return group(/^\d+$/.test(wanted) ? Number(wanted) : wanted);
    },
  );
}
