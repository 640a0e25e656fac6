import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";

/** A folder that goes when the tests of the file are over; `write` makes a file in it and gives its path. */
export function temporaryFolder(): {
  readonly path: string;
  write(name: string, content: string | Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), "meridian-cli-"));
  after(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
  };
}

export const whoamiId = "11111111-1111-4111-8111-111111111111";
export const netId = "22222222-2222-4222-8222-222222222222";

/** High: somebody asks who they are. */
export const whoamiRule = `title: Whoami Asked
id: ${whoamiId}
name: whoami_asked
status: test
description: Somebody asks who they are.
level: high
tags: [attack.discovery, attack.t1033]
logsource: { category: process_creation, product: windows }
detection:
  selection:
    Image|endswith: '\\whoami.exe'
  condition: selection
`;

/** Low: somebody lists accounts. */
export const netRule = `title: Accounts Listed
id: ${netId}
name: accounts_listed
status: test
description: Somebody lists accounts.
level: low
tags: [attack.discovery, attack.t1087.001]
logsource: { category: process_creation, product: windows }
detection:
  selection:
    CommandLine|contains: 'net user'
  condition: selection
`;

/** A Sysmon process creation; `second` after midnight of 3 March 2025, UTC. */
export function processEvent(image: string, second: number, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    "@timestamp": new Date(Date.UTC(2025, 2, 3) + second * 1000).toISOString(),
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Provider_Name: "Microsoft-Windows-Sysmon",
    EventID: 1,
    Computer: "ws-1.corp.example",
    Image: `C:\\Windows\\System32\\${image}`,
    CommandLine: image,
    ...more,
  });
}

export const whoami = (second: number, more?: Record<string, unknown>) => processEvent("whoami.exe", second, more);
export const calm = (second: number, more?: Record<string, unknown>) => processEvent("notepad.exe", second, more);

export function lines(...records: readonly string[]): string {
  return records.map((record) => `${record}\n`).join("");
}
