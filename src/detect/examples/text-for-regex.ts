/**
 * A text that a rule's regular expression probably finds: the ways taken at branches and in classes are chosen by
 * `choose` (of n, 0-based). Knows what the public corpus uses; whoever asks has to check the answer.
 */
export function textForRegex(source: string, choose: (of: number) => number): string {
  let at = 0;
  return alternatives();

  function alternatives(): string {
    const ways = [sequence()];
    while (source[at] === "|") {
      at++;
      ways.push(sequence());
    }
    return ways[choose(ways.length)]!;
  }

  function sequence(): string {
    let text = "";
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const one = atom();
      text += one.repeat(times());
    }
    return text;
  }

  function atom(): string {
    const char = source[at++]!;
    if (char === "^" || char === "$") return "";
    if (char === ".") return "x";
    if (char === "\\") return escaped(source[at++]!);
    if (char === "[") return oneOfClass();
    if (char !== "(") return char;
    at += /^\?(?::|[a-z-]*:|[a-z-]*(?=\))|P?<\w+>)/.exec(source.slice(at))?.[0].length ?? 0;
    const text = alternatives();
    at++;
    return text;
  }

  function escaped(char: string): string {
    if (char === "x") {
      at += 2;
      return String.fromCharCode(Number.parseInt(source.slice(at - 2, at), 16));
    }
    const known: Record<string, string> = {
      d: "7",
      w: "w",
      s: " ",
      D: "n",
      W: "-",
      S: "s",
      b: "",
      B: "",
      n: "\n",
      t: "\t",
      r: "\r",
    };
    return known[char] ?? char;
  }

  function oneOfClass(): string {
    const stop = /^\^?\]?(?:\\.|[^\]\\])*\]/s.exec(source.slice(at))![0].length;
    const inside = source.slice(at, at + stop - 1);
    at += stop;
    const found = new RegExp(`[${inside.replaceAll("[", "\\[")}]`);
    const fitting = Array.from(candidates).filter((char) => found.test(char));
    return fitting[choose(fitting.length)] ?? "";
  }

  /** The least number of times that is asked, once where it is open. */
  function times(): number {
    const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(source.slice(at));
    if (!quantifier) return 1;
    at += quantifier[0].length;
    return quantifier[1] === undefined ? 1 : Number(quantifier[1]);
  }
}

/** What a class is tried with: letters and digits first, then the rest of ASCII, then what is not. */
const candidates =
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\t\n\u00e9\u4e2d\u202e";
