import type { LogLevel, LogLine } from "./log.ts";

/** One line of JSON. Fields cannot shadow `time`, `level` and `message`. */
export function spellJson({ at, level, message, fields }: LogLine): string {
  const line = JSON.stringify({ ...fields, time: new Date(at).toISOString(), level, message }, asData(new WeakSet()));
  // JSON leaves these as they are, and terminals obey them: C1 controls, line separators, turns of direction.
  return line.replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const colours: Readonly<Record<LogLevel, string>> = { debug: "90", info: "36", warn: "33", error: "31" };

/** For a person at a terminal: time of day, level, message, then fields; control characters are shown, never sent. */
export function spellPretty({ at, level, message, fields }: LogLine): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const stacks: string[] = [];
  const shown = Object.entries(fields).map(([name, value]) => {
    if (value instanceof Error && value.stack) stacks.push(stackLines(value.stack));
    const text =
      typeof value === "string" && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value, asData(new WeakSet()));
    return ` \u001b[90m${printable(name)}=\u001b[0m${printable(value instanceof Error ? value.message : (text ?? "undefined"))}`;
  });
  return `\u001b[90m${time}\u001b[0m \u001b[${colours[level]}m${level.padEnd(5)}\u001b[0m ${printable(message)}${shown.join("")}${stacks.join("")}`;
}

/** A message in front of the stack may hold anything; only line ends stay what they are, behind an indent. */
function stackLines(stack: string): string {
  return stack
    .split("\n")
    .map((line) => `\n    ${printable(line)}`)
    .join("");
}

/** What an attacker put into a field must not move the cursor or forge a line of its own. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** For JSON.stringify: errors with cause and code, maps, sets and big integers as data, loops cut. */
function asData(above: WeakSet<object>) {
  return (_key: string, value: unknown): unknown => {
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "object" || value === null) return value;
    if (above.has(value)) return "[seen above]";
    above.add(value);
    if (value instanceof Error) {
      const { name, message, stack, cause } = value;
      const extra = "code" in value ? { code: value.code } : {};
      return { name, message, ...extra, stack, ...(cause === undefined ? {} : { cause }) };
    }
    if (value instanceof Map) return Object.fromEntries(value);
    return value instanceof Set ? [...value] : value;
  };
}
