import type { Json, JsonObject } from "#sigma";

/** More arguments than auditd writes into one record by far. */
const mostArguments = 512;

/**
 * An audit record of type EXECVE has a program's arguments one by one: `a0`, `a1`, … Joins them with spaces, as a
 * process's command line is shown, under `CommandLine`.
 */
export function unfoldExecArguments(body: JsonObject): JsonObject {
  const parts: string[] = [];
  for (let number = 0; number < mostArguments; number++) {
    const part = textOf(body[`a${number}`]);
    if (part === undefined) break;
    parts.push(part);
  }
  return parts.length === 0 || Object.hasOwn(body, "CommandLine") ? body : { ...body, CommandLine: parts.join(" ") };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}
