import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Secret } from "#kernel";
import { refuse } from "./refusals.ts";
import { formatNames, sourceName } from "./source-schema.ts";

const format = z.enum(formatNames).optional();
const seconds = z
  .string()
  .regex(/^[1-9]\d{0,4}s$/, "Give seconds, such as 60s.")
  .transform((text) => Number(text.slice(0, -1)) * 1_000);
const from = z.enum(["start", "end"]).default("start");
const urlFile = z.string().min(1);

/** What is to be fetched, as people write it down. URLs hold passwords, so they lie in files of their own. */
const collectSchema = z.strictObject({
  files: z
    .array(z.strictObject({ source: sourceName, paths: z.array(z.string().min(1)).min(1), format, from }))
    .default([]),
  buckets: z
    .array(
      z.strictObject({
        source: sourceName,
        urlFile,
        prefix: z.string().max(900).default(""),
        format,
        from,
        every: seconds.default(60_000),
      }),
    )
    .default([]),
  nats: z
    .array(
      z.strictObject({
        source: sourceName,
        urlFile,
        stream: z.string().min(1).max(200),
        consumer: z
          .string()
          .regex(/^[\w-]{1,60}$/)
          .default("meridian"),
        subjects: z.array(z.string().min(1).max(200)).min(1).optional(),
        format,
      }),
    )
    .default([]),
});

type Written = z.output<typeof collectSchema>;
type WithUrl<One extends { urlFile: string }> = Omit<One, "urlFile"> & { readonly url: Secret };

export interface Collect {
  readonly files: Written["files"];
  readonly buckets: readonly WithUrl<Written["buckets"][number]>[];
  readonly nats: readonly WithUrl<Written["nats"][number]>[];
}

/** Reads the file that the setting `collect` names; paths in it are relative to it. Throws the refusal `intake/bad-collect`. */
export async function readCollect(path: string): Promise<Collect> {
  const written = collectSchema.safeParse(parse(await read(path)));
  if (!written.success) {
    const [issue] = written.error.issues;
    throw refuse("bad-collect", { path, why: `${issue?.path.join(".")}: ${issue?.message}` });
  }
  const { files, buckets, nats } = written.data;
  for (const [kind, all] of Object.entries({ files, buckets, nats })) {
    const twice = all.find(({ source }, at) => all.findIndex((one) => one.source === source) !== at);
    // How far a source was read is kept under its name.
    if (twice) throw refuse("bad-collect", { path, why: `${kind}: ${twice.source} stands there twice` });
  }
  const withUrl = async <One extends { urlFile: string }>({ urlFile: file, ...rest }: One) => {
    const text = (await read(resolve(dirname(path), file))).trim();
    if (!text.split(",").every((one) => URL.canParse(one)))
      throw refuse("bad-collect", { path, why: `${file} holds no URL` });
    return { ...rest, url: new Secret(text) };
  };
  return { files, buckets: await Promise.all(buckets.map(withUrl)), nats: await Promise.all(nats.map(withUrl)) };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw refuse("bad-collect", { path, why: (error as NodeJS.ErrnoException).code ?? String(error) }, error);
  }
}
