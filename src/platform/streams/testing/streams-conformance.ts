/** What both makers of streams promise, as tests. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { type Delivery, mostMessageBytes, type Stream, type StreamPlan, type Streams } from "../streams.ts";

export interface TestMaker extends AsyncDisposable {
  readonly streams: Streams;
  /** Lets `ackWithin` pass. */
  pass(milliseconds: number): Promise<void>;
}

const ackWithin = 400;

export function streamsConformance(name: string, skip: string | false, make: () => Promise<TestMaker>): void {
  describe(`streams on ${name}`, { skip }, () => {
    let maker: TestMaker;
    let count = 0;
    const open = (plan: Partial<StreamPlan> = {}) =>
      maker.streams.open({
        name: `stream-${(count += 1)}`,
        groups: ["one"],
        mostMessages: 1000,
        mostBytes: 64 * mostMessageBytes,
        ackWithin,
        ...plan,
      });
    before(async () => void (maker = await make()));
    after(async () => maker?.[Symbol.asyncDispose]());

    test("every group gets every message, as it was sent", () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 50 }),
          async (bodies) => {
            const stream = await open({ groups: ["one", "two"] });
            await stream.publish(bodies);
            for (const group of ["one", "two"]) {
              const got = await take(stream, group, bodies.length);
              assert.deepEqual(got.map(({ body }) => spell(body)).sort(), bodies.map(spell).sort());
              assert.ok(got.every(({ attempt }) => attempt === 1));
            }
          },
        ),
        { numRuns: 10 },
      ));

    test("readers of one group share its messages", async () => {
      const stream = await open();
      const readers = [take(stream, "one", 15), take(stream, "one", 15)];
      await stream.publish(numbered(30));
      const got = (await Promise.all(readers)).flat();
      assert.deepEqual(new Set(got.map(({ body }) => spell(body))), new Set(numbered(30).map(spell)));
    });

    test("a message that is not acknowledged in time comes again, under its id, until it is", async () => {
      const stream = await open();
      await stream.publish(numbered(1));
      const [first] = await take(stream, "one", 1, { ack: false });
      await maker.pass(ackWithin);
      const [second] = await take(stream, "one", 1);
      assert.deepEqual([second?.id, second?.body], [first?.id, first?.body]);
      await settled(stream, "one", 0);
    });

    test("a message that is released comes again without waiting", async () => {
      const stream = await open();
      await stream.publish(numbered(1));
      const [first] = await take(stream, "one", 1, { ack: false });
      first?.release();
      const [second] = await take(stream, "one", 1);
      assert.equal(second?.id, first?.id);
    });

    test("the backlog counts what a group has not acknowledged", async () => {
      const stream = await open({ groups: ["one", "two"] });
      await stream.publish(numbered(3));
      const [first] = await take(stream, "one", 1, { ack: false });
      await settled(stream, "one", 3);
      await first?.ack();
      await settled(stream, "one", 2);
      await settled(stream, "two", 3);
    });

    test("a publisher waits while the stream is full, and goes on as the slowest group acknowledges", async () => {
      const stream = await open({ groups: ["fast", "slow"], mostMessages: 5 });
      const published = stream.publish(numbered(20));
      await take(stream, "fast", 5);
      await settled(stream, "slow", 5);
      await Promise.all([take(stream, "fast", 15), take(stream, "slow", 20)]);
      await published;
      await settled(stream, "slow", 0);
    });

    test("a publisher that waits can give up, with the signal's reason", async () => {
      const stream = await open({ mostMessages: 1 });
      const stop = new AbortController();
      const reason = new Error("enough");
      const published = stream.publish(numbered(2), { signal: stop.signal });
      await settled(stream, "one", 1);
      stop.abort(reason);
      await assert.rejects(published, reason);
      await assert.rejects(stream.publish(numbered(1), { signal: stop.signal }), reason);
    });

    test("a reader that stops leaves the rest to others", async () => {
      const stream = await open();
      await stream.publish(numbered(10));
      const seen = new Set((await take(stream, "one", 3)).map(({ body }) => spell(body)));
      for await (const batch of stream.consume("one", { most: 4 })) {
        for (const delivery of batch) {
          seen.add(spell(delivery.body));
          await delivery.ack();
        }
        if (seen.size === 10) break;
      }
      await settled(stream, "one", 0);
    });

    test("reading ends when its signal aborts, with or without messages", async () => {
      const stream = await open();
      const stop = new AbortController();
      const reading = take(stream, "one", Infinity, { signal: stop.signal });
      await stream.publish(numbered(2));
      await settled(stream, "one", 0);
      stop.abort();
      assert.equal((await reading).length, 2);
      assert.deepEqual(await take(stream, "one", 1, { signal: stop.signal }), []);
    });

    test("what cannot be carried is refused whole, by name", async () => {
      const stream = await open();
      const large = new Uint8Array(mostMessageBytes + 1);
      await assert.rejects(stream.publish([new Uint8Array(1), large]), RangeError);
      await settled(stream, "one", 0);
      await stream.publish([new Uint8Array(mostMessageBytes)]);
      await assert.rejects(take(stream, "nobody", 1), RangeError);
      for (const bad of [
        { name: "No." },
        { groups: [] },
        { groups: ["a", "a"] },
        { mostMessages: 0 },
        { mostBytes: 1 },
      ])
        await assert.rejects(open(bad), RangeError);
    });

    test("health says which maker answers", async () => {
      const health = await maker.streams.health();
      assert.deepEqual([health.ok, health.maker], [true, maker.streams.maker]);
    });
  });
}

function numbered(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, n) => Buffer.from(`message ${n}`));
}

function spell(body: Uint8Array): string {
  return Buffer.from(body).toString("hex");
}

async function take(
  stream: Stream,
  group: string,
  count: number,
  { ack = true, signal }: { ack?: boolean; signal?: AbortSignal } = {},
): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  const most = Math.min(count, 4);
  for await (const batch of stream.consume(group, { most, ...(signal && { signal }) })) {
    for (const delivery of batch) {
      if (taken.length < count) {
        taken.push(delivery);
        if (ack) await delivery.ack();
      } else delivery.release();
    }
    if (taken.length >= count) break;
  }
  return taken;
}

async function settled(stream: Stream, group: string, backlog: number): Promise<void> {
  while ((await stream.backlog(group)) !== backlog) await new Promise((resolve) => setImmediate(resolve));
}
