import { join } from "node:path";
import type { Clock } from "#platform";
import type { Log } from "#telemetry";
import { bucketReader } from "./buckets/bucket-reader.ts";
import { pollBucket } from "./buckets/poll-bucket.ts";
import type { Desk } from "./desk.ts";
import { tailFiles } from "./files/tail-files.ts";
import { consumeNats } from "./nats/consume-nats.ts";
import type { Collect } from "./read-collect.ts";

export interface CollectParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  /** Where it is kept how far each source was read. */
  readonly folder: string;
}

/** Fetches what `collect` names until it is disposed of; what is under way then is fetched again the next time. */
export function startCollecting(parts: CollectParts, { files, buckets, nats }: Collect): AsyncDisposable {
  const { folder, log } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  const running = [
    ...files.map((one) => tailFiles(parts, { ...one, stateFile: join(folder, `files-${one.source}.json`) }, signal)),
    ...buckets.map(({ url, ...one }) => {
      const stateFile = join(folder, `bucket-${one.source}.json`);
      return pollBucket(parts, { ...one, reader: bucketReader(url), stateFile }, signal);
    }),
    ...nats.map((one) => consumeNats(parts, one, signal)),
  ].map((work) =>
    work.catch((error: unknown) => {
      if (!signal.aborted) log.error("a source is not fetched any more until the next start", { error });
    }),
  );
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("collecting has ended"));
      await Promise.all(running);
    },
  };
}
