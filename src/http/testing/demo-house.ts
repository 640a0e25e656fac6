import assert from "node:assert/strict";
import { instant, makeId, refusals } from "#kernel";
import { createLog, createMetrics } from "#telemetry";
import { z } from "zod";
import { answerJson } from "../answer.ts";
import type { Caller } from "../contract.ts";
import { createApp } from "../create-app.ts";
import { problemSchema } from "../problem.ts";
import { route } from "../route.ts";

const refuse = refusals("demo", { gone: { status: 410, says: "It is gone." } });
const own = route<Caller>();
const shape = { answers: { 200: { says: "Yes.", json: z.object({ got: z.unknown() }) } } };
const anybody = { public: "it is a test" };
export const routes = [
  own({
    ...shape,
    method: "GET",
    path: "/things/{id}",
    id: "get-thing",
    says: "Gets.",
    admits: anybody,
    params: z.object({ id: z.string().max(5) }),
    handle: ({ params }) => answerJson({ got: params.id }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/things",
    id: "make-thing",
    says: "Makes.",
    admits: anybody,
    body: z.object({ name: z.string() }),
    handle: ({ body }) => answerJson({ got: body.name }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/form",
    id: "send-form",
    says: "Sends.",
    admits: anybody,
    bodyType: "form",
    body: z.object({ name: z.string() }),
    handle: ({ body }) => answerJson({ got: body.name }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/secret",
    id: "get-secret",
    says: "Tells.",
    admits: { permission: "secrets.read" },
    handle: () => answerJson({ got: "it" }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/gone",
    id: "get-gone",
    says: "Refuses.",
    admits: anybody,
    handle: () => {
      throw refuse("gone");
    },
  }),
  own({
    ...shape,
    method: "GET",
    path: "/broken",
    id: "get-broken",
    says: "Breaks.",
    admits: anybody,
    handle: () => {
      throw new Error("password=hunter2");
    },
  }),
  own({
    ...shape,
    method: "GET",
    path: "/lies",
    id: "get-lies",
    says: "Lies.",
    admits: anybody,
    handle: () => answerJson({ other: 1 }, 201),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/slow",
    id: "get-slow",
    says: "Waits.",
    admits: anybody,
    handle: ({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(answerJson({ got: 1 })))),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/guess",
    id: "guess-word",
    says: "Guesses.",
    admits: anybody,
    failures: { burst: 3, every: 10_000 },
    body: z.object({ word: z.literal("right") }),
    handle: () => answerJson({ got: 1 }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/often",
    id: "ask-often",
    says: "Asks.",
    admits: anybody,
    rate: { burst: 2, every: 5_000 },
    quiet: true,
    handle: () => answerJson({ got: 1 }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/{any}/twice",
    id: "get-twice",
    says: "Fits twice.",
    admits: anybody,
    params: z.object({ any: z.string() }),
    handle: ({ params }) => answerJson({ got: params.any }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/often/twice",
    id: "post-twice",
    says: "Fits twice.",
    admits: anybody,
    handle: () => answerJson({ got: "post" }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/alive",
    id: "get-alive",
    says: "Lives.",
    admits: anybody,
    probe: true,
    handle: () => answerJson({ got: 1 }),
  }),
];

/** The routes above behind one door, asked by a caller of the test's choice. */
export function demoHouse(
  options: { may?: string[]; id?: string; requestTimeout?: number; publicUrl?: string; host?: string } = {},
) {
  const lines: string[] = [];
  const metrics = createMetrics();
  const stopping = new AbortController();
  const time = { now: 0 };
  const app = createApp({
    routes,
    identify: async () => ({
      ...(options.id === undefined ? {} : { id: options.id }),
      may: (permission) => options.may?.includes(permission) ?? false,
    }),
    problemPage: ({ title }) => `<h1>${title}</h1>`,
    newId: (kind) => makeId(kind, instant(0), new Uint8Array(10)),
    log: createLog({ level: "debug", format: "json", now: () => 0, write: (line) => void lines.push(line) }),
    metrics,
    origins: { publicUrl: options.publicUrl, host: options.host ?? "127.0.0.1" },
    trustedProxies: ["10.0.0.1"],
    monotonic: () => time.now,
    bodyLimit: 100,
    requestTimeout: options.requestTimeout ?? 60_000,
    stopping: stopping.signal,
    checkAnswers: true,
  });
  const ask = async (path: string, init: RequestInit & { host?: string; from?: string } = {}) =>
    app.fetch(new Request(`http://${init.host ?? "127.0.0.1"}${path}`, init), {
      incoming: { socket: { remoteAddress: init.from ?? "127.0.0.1" } },
    });
  return { ask, lines, metrics, stopping, time };
}

/** An answer as the problem that it has to be. */
export async function problem(answer: Response) {
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  return problemSchema.parse(await answer.json());
}

export const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers },
});
