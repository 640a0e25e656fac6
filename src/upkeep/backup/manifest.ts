import { z } from "zod";

/** The layout of backups. Raised when an older program could no longer restore what this one makes. */
export const backupFormat = 1;

/** What holds each thing: a maker of the platform's. What is not `sqlite`, `chdb` or `folder` has backups of its own. */
export const partsSchema = z.object({
  records: z.enum(["sqlite", "postgres"]),
  events: z.enum(["chdb", "clickhouse"]),
  blobs: z.enum(["folder", "s3"]),
});
export type BackupParts = z.output<typeof partsSchema>;

/** The last file of a backup, `manifest.json`: a backup without it is cut short. */
export const manifestSchema = z.object({
  meridian: z.literal("backup"),
  format: z.int().min(1),
  /** Of the program that made it. */
  version: z.string(),
  /** RFC 3339: everything that was acknowledged before is in it. */
  madeAt: z.string(),
  parts: partsSchema,
  /** Whether the records of a PostgreSQL database are in it, as `records.pgdump`. */
  dumped: z.boolean(),
  files: z.int().min(0),
  bytes: z.int().min(0),
  /** SHA-256 of the file `SHA256SUMS`, in hex, which has that of each file. */
  sums: z.string().regex(/^[0-9a-f]{64}$/),
  links: z.array(z.object({ path: z.string(), target: z.string() })),
});
export type Manifest = z.output<typeof manifestSchema>;

export const manifestFile = "manifest.json";
export const sumsFile = "SHA256SUMS";
export const dumpFile = "records.pgdump";
/** What lies below is the data folder. */
export const dataPrefix = "data/";

/** A line of `SHA256SUMS`, as `sha256sum --check` reads it. */
export function sumsLine(sha256: string, path: string): string {
  return `${sha256}  ${path}\n`;
}
