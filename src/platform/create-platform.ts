import { join } from "node:path";
import type { Secret } from "#kernel";
import type { Blobs } from "./blobs/blobs.ts";
import type { Clock } from "./clock.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Events } from "./events/events.ts";
import { type PartHealth } from "./health.ts";
import * as makers from "./makers.ts";
import { readBlobsUrl } from "./read-blobs-url.ts";
import type { Records } from "./records/records.ts";
import type { Streams } from "./streams/streams.ts";

export interface Parts {
  readonly records: Records;
  readonly events: Events;
  readonly streams: Streams;
  readonly blobs: Blobs;
}

export type PartName = keyof Parts;

export interface PlatformOptions<Name extends PartName> {
  /** Those that this process's roles need. */
  readonly parts: readonly Name[];
  /** Open, and closed by whoever opened it; what has no URL lives in it. */
  readonly folder: DataFolder;
  readonly clock: Clock;
  /** `postgres://user:password@host/database`. Without it, records live in SQLite. */
  readonly databaseUrl?: Secret | undefined;
  /** `https://user:password@host:8443/database`. Without it, events live in chDB. */
  readonly clickhouseUrl?: Secret | undefined;
  /** `nats://user:password@host:4222`. Without it, streams live in this process. */
  readonly natsUrl?: Secret | undefined;
  /**
   * `s3://key-id:secret@bucket/prefix?region=eu-west-1`, with `&endpoint=https://host` for what is not Amazon's.
   * Without it, blobs live in files.
   */
  readonly blobsUrl?: Secret | undefined;
  /** What the engine of events may use; only where it is in this process. */
  readonly eventsMemoryBytes?: number;
  /** Told of each further try that a part makes by itself; for a metric. */
  readonly onRetry?: (part: PartName) => void;
}

/** The outside world of this process. Disposed of in the reverse order of its opening. */
export type Platform<Name extends PartName = PartName> = Pick<Parts, Name> &
  AsyncDisposable & {
    readonly clock: Clock;
    /** How each opened part is doing; never rejects. */
    health(signal?: AbortSignal): Promise<Readonly<Record<Name, PartHealth>>>;
  };

/** A part that could not be opened. The message names the part and not its URL, which may hold a password. */
export class PlatformError extends Error {
  override readonly name = "PlatformError";
  readonly part: PartName;

  constructor(part: PartName, message: string, cause: unknown) {
    super(message, { cause });
    this.part = part;
  }
}

/**
 * Opens the parts, each by the maker that the settings name. When one fails, those opened before it are closed and a
 * PlatformError is thrown.
 */
export async function createPlatform<const Name extends PartName>(
  options: PlatformOptions<Name>,
): Promise<Platform<Name>> {
  await using opening = new AsyncDisposableStack();
  const parts: Partial<Record<PartName, Parts[PartName]>> = {};
  for (const name of new Set(options.parts)) parts[name] = opening.use(await openPart(name, options));
  const opened = opening.move();
  return {
    ...(parts as Pick<Parts, Name>),
    clock: options.clock,
    async health(signal) {
      const asked = Object.entries(parts).map(async ([name, part]) => [name, await part.health(signal)] as const);
      return Object.fromEntries(await Promise.all(asked)) as Record<Name, PartHealth>;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function openPart(name: PartName, options: PlatformOptions<PartName>): Promise<Parts[PartName]> {
  try {
    return await openers[name](options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PlatformError(name, `Cannot open ${name} (${whereabouts(name, options)}): ${why}`, error);
  }
}

const openers: { readonly [Name in PartName]: (options: PlatformOptions<PartName>) => Promise<Parts[Name]> } = {
  records: ({ databaseUrl, folder, clock, onRetry }) =>
    databaseUrl
      ? makers.openPostgresRecords({ url: databaseUrl.reveal(), clock, onRetry: () => onRetry?.("records") })
      : makers.openSqliteRecords({ file: join(folder.path, "records.sqlite"), clock }),
  events: async ({ clickhouseUrl, folder, eventsMemoryBytes: memoryBytes }) =>
    clickhouseUrl
      ? makers.openClickHouseEvents({ url: clickhouseUrl.reveal() })
      : makers.openChdbEvents({
          folder: await folder.folder("events"),
          ...(memoryBytes !== undefined && { memoryBytes }),
        }),
  streams: ({ natsUrl, clock, onRetry }) =>
    natsUrl
      ? makers.openJetStreams({ url: natsUrl.reveal(), clock, onRetry: () => onRetry?.("streams") })
      : makers.openMemoryStreams({ clock }),
  blobs: async ({ blobsUrl, folder, clock, onRetry }) =>
    blobsUrl
      ? makers.openS3Blobs({
          ...readBlobsUrl(blobsUrl),
          spoolFolder: await folder.folder("spool"),
          clock,
          onRetry: () => onRetry?.("blobs"),
        })
      : makers.openFolderBlobs({ folder: await folder.folder("blobs") }),
};

const urls = {
  records: "databaseUrl",
  events: "clickhouseUrl",
  streams: "natsUrl",
  blobs: "blobsUrl",
} as const satisfies Record<PartName, keyof PlatformOptions<PartName>>;

function whereabouts(name: PartName, options: PlatformOptions<PartName>): string {
  return options[urls[name]] ? `as the setting ${urls[name]} says` : `in ${options.folder.path}`;
}
