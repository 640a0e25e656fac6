import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type FleetBody, renew } from "./fleet-events.ts";
import { ask } from "./post.ts";

export interface Sent {
  events: number;
  bytes: number;
  requests: number;
  /** Answers of 429, and seconds that senders waited because of them. */
  refused: number;
  waited: number;
  /** Milliseconds from the request's beginning to its answer. */
  readonly latencies: number[];
  /** Processor time of this process meanwhile, in seconds: what sending itself took. */
  cpu: number;
}

/** Numbers of events that no two senders share. */
const apart = 100_000_000_000;

/**
 * Sends bodies over `senders` connections until `until`, each its next one when the one before is acknowledged, and again
 * when it is refused, after the time it was told. With `rate` events a second in all, no faster than that.
 */
export async function sendBodies(
  {
    url,
    token,
    bodies,
    senders,
    until,
    rate = Infinity,
  }: {
    readonly url: string;
    readonly token: string;
    readonly bodies: readonly FleetBody[];
    readonly senders: number;
    readonly until: number;
    readonly rate?: number;
  },
  onAcknowledged: (events: number) => void = () => {},
): Promise<Sent> {
  const sent: Sent = { events: 0, bytes: 0, requests: 0, refused: 0, waited: 0, latencies: [], cpu: 0 };
  const before = process.cpuUsage();
  const began = performance.now();
  let offered = 0;
  const one = async (sender: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const mine = bodies.filter((_, at) => at % senders === sender).map(copied);
    let number = sender * apart + 1;
    try {
      for (let at = 0; performance.now() < until; at++) {
        const body = mine[at % mine.length]!;
        const due = began + (offered / rate) * 1_000;
        offered += body.events;
        if (due > performance.now()) await delay(due - performance.now());
        number = renew(body, number, Date.now());
        const asked = performance.now();
        for (;;) {
          const answer = await ask(url, { method: "POST", token, body: body.bytes, agent });
          if (answer.status === 200) break;
          if (answer.status !== 429) throw new Error(`${answer.status}: ${answer.body}`);
          sent.refused++;
          const wait = Math.max(50, answer.retryAfter * 1_000);
          sent.waited += wait / 1_000;
          await delay(wait);
          if (performance.now() >= until) return;
        }
        sent.latencies.push(performance.now() - asked);
        sent.events += body.events;
        sent.bytes += body.bytes.length;
        sent.requests++;
        onAcknowledged(body.events);
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => one(sender)));
  const { user, system } = process.cpuUsage(before);
  sent.cpu = (user + system) / 1e6;
  return sent;
}

function copied(body: FleetBody): FleetBody {
  return { ...body, bytes: Buffer.from(body.bytes) };
}
