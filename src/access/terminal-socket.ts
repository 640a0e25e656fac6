import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { fail, ok, Refusal, type Result, sayIssue } from "#kernel";
import { z } from "zod";
import { refuse } from "./refusals.ts";
import { readLine } from "./read-line.ts";

/** Unix cuts a socket's path at 107 bytes. */
const longestPath = 107;
const longestRequest = 64 * 1024;
const longestAnswer = 16 * 1024 * 1024;
const mostAskers = 32;

/** One thing that the terminal can ask for. What it gives back is JSON's; a Secret in it has to be revealed. */
export interface TerminalVerb {
  readonly takes: z.ZodType;
  /** The signal aborts when the asker has gone, or the server is to stop. Refusals reach the asker as they are. */
  run(asked: unknown, signal: AbortSignal): Promise<unknown>;
}

/** Name → verb: `token.create`. Each room brings its own; the house puts them together. */
export type TerminalVerbs = Readonly<Record<string, TerminalVerb>>;

/** Checks a verb's shape against what it does, then forgets it. */
export function terminalVerb<Asked>(
  takes: z.ZodType<Asked>,
  run: (asked: Asked, signal: AbortSignal) => Promise<unknown>,
): TerminalVerb {
  return { takes, run: (asked, signal) => run(asked as Asked, signal) };
}

/** Does what a verb does, here. Throws refusals. */
export async function runTerminalVerb(
  verbs: TerminalVerbs,
  name: string,
  asked: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw refuse("terminal-verb", { verb: JSON.stringify(name.slice(0, 100)) });
  const read = verb.takes.safeParse(asked, { error: sayIssue });
  if (!read.success) {
    const why = read.error.issues.map(({ path, message }) => `${path.join(".") || name}: ${message}`).join("; ");
    throw refuse("terminal-shape", { verb: name, why });
  }
  return verb.run(read.data, signal);
}

const version = 1;
const requestSchema = z.object({ version: z.int(), verb: z.string(), with: z.unknown().optional() });
const answerSchema = z.union([
  z.object({
    version: z.literal(version),
    refusal: z.object({
      code: z.string(),
      status: z.custom<Refusal["status"]>((status) => typeof status === "number"),
      says: z.string(),
      details: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  }),
  z.object({ version: z.literal(version), value: z.unknown().optional() }),
]);

export interface TerminalOptions {
  readonly path: string;
  readonly verbs: TerminalVerbs;
  /** Told of what a verb threw that is no refusal. */
  readonly onFault: (verb: string, error: unknown) => void;
}

/**
 * Lets who owns the data folder ask the running server for things: a socket in that folder, which only its owner can
 * open. A connection carries one request and one answer, each a line of JSON:
 *
 *     {"version":1,"verb":"token.revoke","with":{"id":"token_…"}}
 *     {"version":1,"value":…}    or    {"version":1,"refusal":{"code":…,"status":…,"says":…,"details":{…}}}
 *
 * `too-long` where the folder's path leaves no room for a socket.
 */
export async function listenForTerminal(options: TerminalOptions): Promise<Result<AsyncDisposable, "too-long">> {
  const { path } = options;
  if (Buffer.byteLength(path) > longestPath) return fail("too-long");
  // Left over from a process that was killed: the folder's lock is ours, so nobody listens there.
  await rm(path, { force: true });
  const stop = new AbortController();
  const serving = new Set<Promise<void>>();
  const server = createServer((socket) => {
    const served = serve(socket, options, stop.signal).finally(() => serving.delete(served));
    serving.add(served);
  });
  server.maxConnections = mostAskers;
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o600);
  return ok({
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      stop.abort();
      await Promise.all(serving);
      await closed;
      await rm(path, { force: true });
    },
  });
}

/** Never rejects: what goes wrong with one asker is theirs. */
async function serve(socket: Socket, { verbs, onFault }: TerminalOptions, stop: AbortSignal): Promise<void> {
  const gone = new AbortController();
  socket.on("error", () => socket.destroy());
  socket.once("close", () => gone.abort());
  const signal = AbortSignal.any([stop, gone.signal]);
  let verb = "";
  let answer: object;
  try {
    const line = await readLine(socket, longestRequest, AbortSignal.any([signal, AbortSignal.timeout(10_000)]));
    if (line === undefined) return void socket.destroy();
    const request = readRequest(line);
    verb = request.verb;
    const value = await runTerminalVerb(verbs, verb, request.with, signal);
    answer = { version, value };
  } catch (error) {
    if (!(error instanceof Refusal) && !signal.aborted) onFault(verb, error);
    const { code, status, message, details } = error instanceof Refusal ? error : refuse("terminal-fault");
    answer = { version, refusal: { code, status, says: message, details } };
  }
  if (socket.destroyed) return;
  socket.end(`${JSON.stringify(answer)}\n`);
  // An asker that takes nothing holds nobody up for longer than this.
  if (!gone.signal.aborted)
    await once(socket, "close", { signal: AbortSignal.timeout(10_000) }).catch(() => socket.destroy());
}

function readRequest(line: string): { readonly verb: string; readonly with?: unknown } {
  const request = requestSchema.safeParse(parseJson(line));
  if (!request.success) throw refuse("terminal-request");
  if (request.data.version !== version) throw refuse("terminal-version", { version: request.data.version });
  return request.data;
}

/** Asks a running server; `no-server` where none listens. Throws what it refuses. */
export async function askTerminal(
  path: string,
  verb: string,
  asked: unknown,
  signal?: AbortSignal,
): Promise<Result<unknown, "no-server">> {
  if (Buffer.byteLength(path) > longestPath) return fail("no-server");
  const socket = connect(path);
  socket.on("error", () => socket.destroy());
  try {
    await once(socket, "connect", signal ? { signal } : {});
    socket.write(`${JSON.stringify({ version, verb, with: asked })}\n`);
    const line = await readLine(socket, longestAnswer, signal);
    const answer = answerSchema.safeParse(line === undefined ? undefined : parseJson(line));
    if (!answer.success) throw refuse("terminal-answer");
    if (!("refusal" in answer.data)) return ok(answer.data.value);
    const { code, status, says, details } = answer.data.refusal;
    throw new Refusal(code, status, says, details);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED"))
      return fail("no-server");
    throw error;
  } finally {
    socket.destroy();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
