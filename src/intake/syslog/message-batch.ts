import type { Clock } from "#platform";
import type { Handed } from "../desk.ts";

export interface MessageBatchOptions {
  readonly clock: Clock;
  /** Hands over what was gathered; resolves once it is taken. `make` gives the bytes anew for each try. */
  readonly hand: (make: () => Handed) => Promise<unknown>;
  /** Told of what handing over threw: the messages are gone. */
  readonly onFault: (error: unknown, messages: number) => void;
  /** Told of messages that are not held any more, taken or not; in bytes as `bytes` counts them. */
  readonly onSettled?: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds that a message waits for others, and bytes that wait at most. */
const gatherFor = 200;
const gatherBytes = 256 * 1024;

/**
 * Messages of one peer on their way to a delivery: handed over 200 ms after the first, or at 256 KiB. One delivery is under way
 * at a time, so that messages stay in order; whoever adds asks `full` and waits for `room`.
 */
export class MessageBatch {
  readonly #options: MessageBatchOptions;
  #messages: Uint8Array[] = [];
  #bytes = 0;
  #sending: Promise<void> | undefined;
  #gathering = false;

  constructor(options: MessageBatchOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#bytes >= gatherBytes;
  }

  get idle(): boolean {
    return this.#messages.length === 0 && !this.#sending;
  }

  /** Keeps a copy. */
  add(message: Uint8Array): void {
    this.#messages.push(new Uint8Array(message));
    this.#bytes += message.length + 1;
    if (this.full) this.#send();
    else void this.#gather();
  }

  /** Resolves once what is held is little enough to add to. */
  async room(): Promise<void> {
    while (this.full) {
      this.#send();
      await this.#sending;
    }
  }

  /** Hands over what is held, and resolves once it is taken. */
  async flush(): Promise<void> {
    while (!this.idle) {
      this.#send();
      await this.#sending;
    }
  }

  async #gather(): Promise<void> {
    if (this.#gathering) return;
    this.#gathering = true;
    // An abort is the end of the listener, which flushes by itself.
    await this.#options.clock.sleep(gatherFor, this.#options.signal).catch(() => undefined);
    this.#gathering = false;
    this.#send();
  }

  #send(): void {
    if (this.#sending || this.#messages.length === 0) return;
    const messages = this.#messages;
    this.#messages = [];
    this.#bytes = 0;
    this.#sending = this.#handAll(messages).finally(() => {
      this.#sending = undefined;
      if (this.full) this.#send();
      else if (this.#messages.length > 0) void this.#gather();
    });
  }

  async #handAll(messages: readonly Uint8Array[]): Promise<void> {
    for (const group of groupsOf(messages)) {
      try {
        await this.#options.hand(() => ({
          bytes: group.counted ? counted(group.messages) : lines(group.messages),
          format: "syslog",
        }));
      } catch (error) {
        this.#options.onFault(error, group.messages.length);
      }
      this.#options.onSettled?.(group.messages.reduce((sum, { length }) => sum + length + 1, 0));
    }
  }
}

interface Group {
  /** Whether messages have to say their length, since there are line ends in them. */
  readonly counted: boolean;
  readonly messages: Uint8Array[];
}

/** In order; a message with line ends inside goes into a delivery of messages that say their length, so that it stays one. */
function groupsOf(messages: readonly Uint8Array[]): Group[] {
  const groups: Group[] = [];
  for (const message of messages) {
    const isCounted = message[0] === 60 && message.subarray(0, -1).includes(10);
    const last = groups.at(-1);
    if (last?.counted === isCounted) last.messages.push(message);
    else groups.push({ counted: isCounted, messages: [message] });
  }
  return groups;
}

function lines(messages: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(messages.reduce((sum, { length }) => sum + length + 1, 0));
  let at = 0;
  for (const message of messages) {
    bytes.set(message, at);
    at += message.length;
    bytes[at] = 10;
    at += 1;
  }
  return bytes;
}

function counted(messages: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts = messages.flatMap((message) => [Buffer.from(`${message.length} `), message]);
  return new Uint8Array(Buffer.concat(parts));
}
