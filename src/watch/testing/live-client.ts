import type { TestServer } from "./serve.ts";

/** A rule over process creation on Windows. */
export function rule(title: string, asks: string): string {
  return `
title: ${title}
id: 00000000-0000-4000-8000-0000000000${title.length.toString().padStart(2, "0")}
level: high
logsource: { category: process_creation, product: windows }
detection: { selection: { ${asks} }, condition: selection }
`;
}

/** An event of a host, unlike every other by its number; a program that a rule of tests looks for. */
export const event = (number: number, host = `ws-${number % 7}`, image = "C:\\Windows\\System32\\whoami.exe") => ({
  "@timestamp": new Date().toISOString(),
  Channel: "Microsoft-Windows-Sysmon/Operational",
  Provider_Name: "Microsoft-Windows-Sysmon",
  EventID: 1,
  Computer: host,
  EventRecordID: number,
  Image: image,
  CommandLine: `${image} ${number}`,
});
export const lines = (events: readonly object[]) => events.map((one) => `${JSON.stringify(one)}\n`).join("");

interface TestAlert {
  readonly id: string;
  readonly entity: string;
  readonly title: string;
  readonly rule: string;
  readonly state: string;
  readonly findings: number;
}

/** What any of the answers asked for here may hold. */
interface Body extends TestAlert {
  readonly alerts: readonly TestAlert[];
  readonly next?: string;
  readonly alert: TestAlert;
  readonly found: readonly { readonly event: { readonly EventRecordID: number } }[];
  readonly verdict?: string;
  readonly assignee?: string;
  readonly sets: readonly { readonly id: string; readonly kind: string }[];
  readonly rules: readonly { readonly title: string }[];
}

/** Asks a server's API with a token. */
export function client(server: TestServer, token: string) {
  return async (method: string, path: string, body?: string, type = "application/json") => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": type }) },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      retryAfter: answer.headers.get("retry-after"),
      body: JSON.parse(text === "" ? "{}" : text) as Body,
    };
  };
}
