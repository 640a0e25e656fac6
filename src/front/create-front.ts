import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type Actor, isPerson } from "#access";
import { answerPage, answerText, type Problem, route, type Route } from "#http";
import type { Status } from "#status";
import { markSvg } from "./pages/frame.ts";
import { homePage } from "./pages/home.ts";
import { problemPage } from "./pages/problem.ts";
import { signInPage } from "./pages/sign-in.ts";

export interface FrontOptions {
  readonly status: Status;
}

export interface Front {
  readonly routes: readonly Route<Actor>[];
  problemPage(problem: Problem): string;
}

const own = route<Actor>();

/** Reads the style sheet once; its address holds its hash, so browsers may keep it for ever. */
export async function createFront({ status }: FrontOptions): Promise<Front> {
  const sheet = (
    await Promise.all(["tokens.css", "style.css"].map((file) => readFile(new URL(file, import.meta.url), "utf8")))
  ).join("\n");
  const style = `/style/${createHash("sha256").update(sheet).digest("hex").slice(0, 16)}.css`;
  const forEver = { "cache-control": "public, max-age=31536000, immutable" };
  return {
    problemPage: (problem) => problemPage({ style, problem }),
    routes: [
      own({
        method: "GET",
        path: "/",
        id: "show-home",
        says: "The first page.",
        admits: { public: "strangers see that the server is alive and how to sign in" },
        page: true,
        answers: { 200: { says: "The page.", type: "text/html" } },
        async handle({ caller }) {
          const report = await status.report();
          return answerPage(homePage({ style, report, ...(isPerson(caller) ? { person: caller } : {}) }));
        },
      }),
      own({
        method: "GET",
        path: "/sign-in",
        id: "show-sign-in",
        says: "Where a one-time link leads.",
        admits: { public: "whoever holds a link has no session yet" },
        page: true,
        query: z.object({ token: z.string().max(100).default("") }),
        answers: { 200: { says: "The page.", type: "text/html" } },
        handle: ({ query: { token } }) => answerPage(signInPage({ style, token })),
      }),
      own({
        method: "GET",
        path: style,
        id: "get-style",
        says: "The style sheet.",
        admits: { public: "the sign-in page needs it" },
        page: true,
        answers: { 200: { says: "The sheet.", type: "text/css" } },
        handle: () => answerText(sheet, "text/css; charset=utf-8", forEver),
      }),
      own({
        method: "GET",
        path: "/mark.svg",
        id: "get-mark",
        says: "The mark in the browser's tab.",
        admits: { public: "the sign-in page needs it" },
        page: true,
        answers: { 200: { says: "The mark.", type: "image/svg+xml" } },
        handle: () => answerText(markSvg, "image/svg+xml", { "cache-control": "public, max-age=86400" }),
      }),
    ],
  };
}
