import { z } from "zod";
import { type Access, type Actor, isPerson } from "#access";
import { answerBytes, answerPage, answerText, type Problem, route, type Route } from "#http";
import { refusals } from "#kernel";
import type { Status } from "#status";
import { loadAssets } from "./assets.ts";
import { markSvg } from "./pages/frame.ts";
import { homePage } from "./pages/home.ts";
import { problemPage } from "./pages/problem.ts";
import { sessionsPage } from "./pages/sessions.ts";
import { signInPage } from "./pages/sign-in.ts";

export interface FrontOptions {
  readonly status: Status;
  readonly access: Pick<Access, "sessions">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Front {
  readonly routes: readonly Route<Actor>[];
  problemPage(problem: Problem): string;
}

const refuse = refusals("front", {
  "no-such-font": { status: 404, says: "There is no such font here." },
  "people-only": { status: 403, says: "Only people have sessions." },
});

const own = route<Actor>();

const forEver = { "cache-control": "public, max-age=31536000, immutable" };

/** Loads what pages load once, and makes their routes. */
export async function createFront({ status, access, now }: FrontOptions): Promise<Front> {
  const assets = await loadAssets();
  return {
    problemPage: (problem) => problemPage({ assets, problem }),
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
          return answerPage(homePage({ assets, report, ...(isPerson(caller) ? { person: caller } : {}) }));
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
        handle: ({ query: { token } }) => answerPage(signInPage({ assets, token })),
      }),
      own({
        method: "GET",
        path: assets.style,
        id: "get-style",
        says: "The style sheet.",
        admits: { public: "the sign-in page needs it" },
        page: true,
        answers: { 200: { says: "The sheet.", type: "text/css" } },
        handle: () => answerText(assets.sheet, "text/css; charset=utf-8", forEver),
      }),
      own({
        method: "GET",
        path: "/sessions",
        id: "show-sessions",
        says: "Where the person is signed in.",
        admits: { permission: "sessions.own" },
        page: true,
        query: z.object({ ended: z.coerce.number().int().min(0).max(9_999).optional() }),
        answers: { 200: { says: "The page.", type: "text/html" } },
        async handle({ caller, query: { ended } }) {
          if (!isPerson(caller)) throw refuse("people-only");
          const sessions = await access.sessions(caller);
          return answerPage(sessionsPage({ assets, person: caller, sessions, now: now(), ended }));
        },
      }),
      own({
        method: "GET",
        path: "/font/{file}",
        id: "get-font",
        says: "A font, under a name that holds its hash.",
        admits: { public: "the sign-in page needs it" },
        page: true,
        params: z.object({ file: z.string().max(100) }),
        answers: { 200: { says: "The font.", type: "font/woff2" } },
        handle({ params: { file } }) {
          const bytes = assets.fonts.get(file);
          if (!bytes) throw refuse("no-such-font");
          return answerBytes(bytes, "font/woff2", forEver);
        },
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
