import { z } from "zod";

export const partSchema = z.object({
  name: z.string().describe("`records`, `events`, `streams`, `blobs`, …"),
  ok: z.boolean(),
  maker: z.string().describe("What serves the part here: `sqlite`, `postgres`, `chdb`, …"),
  detail: z.string().optional().describe("What is wrong and what to do; else a version or another fact."),
});
export type PartStatus = z.output<typeof partSchema>;

export const reportSchema = z.object({
  version: z.string(),
  roles: z.array(z.string()),
  startedAt: z.int().describe("Milliseconds since 1970-01-01T00:00:00Z."),
  at: z.int().describe("The moment of this report, likewise."),
  ok: z.boolean().describe("Whether every part is well and no stop is under way."),
  stopping: z.boolean(),
  parts: z.array(partSchema),
});
export type StatusReport = z.output<typeof reportSchema>;

/** What strangers may know: which part, and whether it is well. */
export const readinessSchema = z.object({
  status: z.enum(["ready", "degraded", "stopping"]),
  parts: z.record(z.string(), z.enum(["ok", "failing"])),
});
