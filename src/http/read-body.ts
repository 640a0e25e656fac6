import { refuse } from "./refusals.ts";

const types = { json: "application/json", form: "application/x-www-form-urlencoded" } as const;

/** The body as plain data, for its schema to check. Never holds more than `limit` bytes. Throws refusals. */
export async function readBody(request: Request, kind: keyof typeof types, limit: number): Promise<unknown> {
  const type = types[kind];
  const sent = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (sent !== type) throw refuse("body-type", { type });
  const bytes = await readBytes(request, limit);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return kind === "json" ? (JSON.parse(text) as unknown) : Object.fromEntries(new URLSearchParams(text));
  } catch (error) {
    throw refuse("body-unreadable", { type }, error);
  }
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw refuse("body-too-large", { limit });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limit) throw refuse("body-too-large", { limit });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
