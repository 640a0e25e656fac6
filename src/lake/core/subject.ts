import type { KeptTable } from "../tables.ts";
import { anyOf, type Condition } from "./condition.ts";

/** Somebody or something whose data are to be erased. */
export interface Subject {
  readonly kind: "user" | "host" | "address" | "text";
  readonly value: string;
}

const columns: Readonly<Record<Subject["kind"], readonly string[]>> = {
  user: ["user"],
  host: ["host", "domain"],
  address: ["src_ip", "dst_ip"],
  text: [],
};

/**
 * Rows that name the subject: in a column of its kind, or as a word of its own anywhere in the record, in any case. A word
 * ends where a letter, digit, `_`, `-`, `.` or `@` would make it another name: `ana` is not in `diana` nor in
 * `ana@example.org`, which is a subject of its own.
 */
export function subjectCondition(table: KeptTable, { kind, value }: Subject): Condition {
  const parameters = {
    subject: value,
    // As JSON text holds it, and as text without JSON's escapes does.
    subject_json: wordPattern(JSON.stringify(value).slice(1, -1), behindEscape),
    subject_text: wordPattern(value),
    subject_needle: likeText(JSON.stringify(value).slice(1, -1)),
    subject_plain: likeText(value),
  };
  const word = (column: string, needle: string, pattern: string) =>
    `${column} ilike {${needle}:String} and match(${column}, {${pattern}:String})`;
  if (table === "dead_letters")
    return {
      sql: `${word("base64Decode(bytes)", "subject_plain", "subject_text")} or ${word("base64Decode(bytes)", "subject_needle", "subject_json")}`,
      parameters,
    };
  const own = table === "events" ? columns[kind] : columns[kind].filter((name) => name === "user" || name === "host");
  const tests = own.map((column) => `lowerUTF8(${column}) = lowerUTF8({subject:String})`);
  tests.push(word("raw", "subject_needle", "subject_json"));
  if (table === "events") tests.push(word("original", "subject_plain", "subject_text"));
  else
    tests.push(
      word("entity", "subject_plain", "subject_text"),
      word("matched", "subject_needle", "subject_json"),
      word("fields", "subject_needle", "subject_json"),
    );
  return anyOf(tests.map((sql) => ({ sql, parameters })));
}

/** RE2. In JSON text a word may also begin behind an escape that ends with a letter or a digit: `\nana`. */
function wordPattern(text: string, behind = ""): string {
  const literal = text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const ends = `$|[^\\p{L}\\p{N}_.@-]|\\.($|[^\\p{L}\\p{N}])`;
  return `(?i)(^|[^\\p{L}\\p{N}_.@-]${behind})${literal}(${ends})`;
}

const behindEscape = "|(^|[^\\\\])(\\\\\\\\)*\\\\([bfnrt]|u[\\da-f]{4})";

function likeText(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
