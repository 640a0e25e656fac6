import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ask } from "./post.ts";

export interface Markers {
  /** Milliseconds from sending an event to seeing its alert in the list, one for each marker that was seen. */
  readonly seen: readonly number[];
  readonly sent: number;
}

const rule = "5b0a3c1e-7d0b-4d52-9c1f-3f1f6f1d0c11";
const every = 250;
const look = 50;
const patience = 30_000;

/** Puts an event into the traffic now and then that a rule of the bench waits for, and looks for its alert as a page would. */
export async function watchMarkers({
  url,
  ingest,
  reader,
  source,
  until,
}: {
  readonly url: string;
  readonly ingest: string;
  readonly reader: string;
  readonly source: string;
  readonly until: number;
}): Promise<Markers> {
  const agent = new Agent({ keepAlive: true });
  const waiting = new Map<string, number>();
  const seen: number[] = [];
  let sent = 0;
  const run = `${Date.now()}`;
  const send = async (): Promise<void> => {
    while (performance.now() < until) {
      const name = `meridian-bench-marker ${run}-${sent++}`;
      const body = Buffer.from(`${JSON.stringify(marker(name))}\n`);
      waiting.set(name, performance.now());
      for (;;) {
        const { status } = await ask(`${url}/api/ingest/${source}`, { method: "POST", token: ingest, body, agent });
        if (status === 200) break;
        await delay(every);
      }
      await delay(every);
    }
  };
  const watch = async (): Promise<void> => {
    const end = until + patience;
    while (performance.now() < end && (performance.now() < until || waiting.size > 0)) {
      const { status, body } = await ask(`${url}/api/alerts?rule=${rule}&limit=100`, { token: reader, agent });
      const at = performance.now();
      if (status === 200)
        for (const { entity } of (JSON.parse(body) as { alerts: { entity: string }[] }).alerts) {
          const name = entity.slice("CommandLine:".length);
          const since = waiting.get(name);
          if (since === undefined) continue;
          waiting.delete(name);
          seen.push(at - since);
        }
      await delay(look);
    }
  };
  try {
    await Promise.all([send(), watch()]);
  } finally {
    agent.destroy();
  }
  return { seen, sent };
}

function marker(commandLine: string) {
  return {
    "@timestamp": new Date().toISOString(),
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Provider_Name: "Microsoft-Windows-Sysmon",
    EventID: 1,
    Computer: "bench.corp.example",
    Image: "C:\\bench.exe",
    CommandLine: commandLine,
  };
}
