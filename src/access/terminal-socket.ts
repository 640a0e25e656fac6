import { chmod, rm } from "node:fs/promises";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fail, ok, type Result, type Secret } from "#kernel";

/** Unix cuts a socket's path at 107 bytes. */
const longestPath = 107;

/**
 * Lets who owns the data folder ask the running server for a sign-in link: a socket in that folder, which only its owner
 * can open. Whoever connects gets one link as a line, and the end. `too-long` where the folder's path leaves no room.
 */
export async function listenForTerminal(
  path: string,
  makeLink: () => Promise<Secret>,
): Promise<Result<AsyncDisposable, "too-long">> {
  if (Buffer.byteLength(path) > longestPath) return fail("too-long");
  // Left over from a process that was killed: the folder's lock is ours, so nobody listens there.
  await rm(path, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    makeLink().then(
      (link) => socket.end(`${link.reveal()}\n`),
      (error: unknown) => socket.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  });
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o600);
  return ok({
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      await closed;
      await rm(path, { force: true });
    },
  });
}

/** Asks a running server for a link; `no-server` where none listens. */
export async function askForLink(path: string): Promise<Result<string, "no-server">> {
  if (Buffer.byteLength(path) > longestPath) return fail("no-server");
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED"))
      return fail("no-server");
    throw error;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return ok(Buffer.concat(chunks).toString().trim());
}
