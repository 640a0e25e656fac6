import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "#access";
import { instant, makeId } from "#kernel";
import fc from "fast-check";
import { html } from "./html.ts";
import { homePage } from "./pages/home.ts";
import { problemPage } from "./pages/problem.ts";
import { sessionsPage } from "./pages/sessions.ts";
import { signInPage } from "./pages/sign-in.ts";
import { length } from "./times.ts";

const assets = { style: "/style/x.css", font: "/font/x.woff2" };
const well = { name: "records", ok: true, maker: "sqlite" };
const report = {
  version: "1.2.3",
  roles: ["http"],
  startedAt: 0,
  at: 61_000,
  ok: true,
  stopping: false,
  parts: [well],
};

test("whatever is put into a page cannot become markup", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.doesNotMatch(
        html`<p title="${text}">${[text]}</p>`.text.slice('<p title="'.length, -"</p>".length).replace('">', ""),
        /[<>"']/,
      );
    }),
  );
  assert.equal(html`${html`<b>${1}</b>`}${undefined}${false}${["<", html`<i>`]}`.text, "<b>1</b>&#60;<i>");
});

test("a stranger is told how to get a link, and nothing of how the server is built", () => {
  const page = homePage({ assets, report });
  assert.match(page, /\.\/meridian sign-in-link/);
  assert.doesNotMatch(page, /sqlite|Roles/);
});

test("a person sees the makers, the roles, and the way out", () => {
  const page = homePage({ assets, report, person: { name: "Ada", role: "owner" } });
  assert.match(page, /sqlite/);
  assert.match(page, /action="\/sign-out"/);
  assert.match(page, /\.\/meridian scan/);
});

test("a failing part is named in the heading, by word and by shape", () => {
  const parts = [
    { ...well, ok: false, detail: "disk full" },
    { ...well, name: "events", ok: false },
    { ...well, name: "blobs" },
  ];
  const page = homePage({ assets, report: { ...report, ok: false, parts } });
  assert.match(page, /running without records and events/);
  assert.equal(page.match(/◆/g)?.length, 3);
  assert.doesNotMatch(page, /disk full/);
  assert.match(homePage({ assets, report: { ...report, ok: false, stopping: true } }), /about to stop/);
});

const now = 1_790_000_000_000;
let serial = 0;
const session = (more: Partial<Session> = {}): Session => ({
  id: makeId("session", instant(now + (serial += 1)), new Uint8Array(10)),
  begunAt: now - 7_200_000,
  seenAt: now - 3_600_000,
  expiresAt: now + 3_600_000,
  agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  peer: "192.0.2.7",
  current: false,
  ...more,
});
const own = session({ current: true, seenAt: now });
const sessions = (list: readonly Session[], ended?: number) =>
  sessionsPage({ assets, person: { name: "Ada" }, sessions: list, now, ended });

test("one's sessions come with this one first and marked, then as they were last seen, each with its own way to end", () => {
  const [old, fresh] = [session({ agent: "curl/8.5.0" }), session({ seenAt: now - 60_000 })];
  const page = sessions([old, fresh, own]);
  const places = [own, fresh, old].map(({ id }) => page.indexOf(`action="/sessions/${id}/end"`));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(places.every((place) => place > 0));
  assert.equal(page.match(/this browser/g)?.length, 1);
  assert.match(page, /Firefox 128 on Linux[^]*curl 8\.5\.0/);
  assert.match(page, /action="\/sessions\/end-others"><button>End all 2 others/);
});

test("with no session but this one there is nothing else to end, and with one other it is called so", () => {
  assert.match(sessions([own]), /This browser, and no other/);
  assert.doesNotMatch(sessions([own]), /end-others/);
  assert.match(sessions([own, session()]), /End the other one/);
});

test("what a form has done is said once, where a screen reader hears it", () => {
  assert.doesNotMatch(sessions([own]), /role="status"/);
  for (const [ended, says] of [
    [0, /had ended already/],
    [1, /One session was ended/],
    [3, /3 sessions were ended/],
  ] as const)
    assert.match(/<p class="said" role="status">(.*)<\/p>/.exec(sessions([own], ended))?.[1] ?? "", says);
});

test("no page holds script or inline style, or loads anything from elsewhere", () => {
  const problem = {
    type: "urn:x",
    title: "Fault",
    status: 500,
    detail: "<b>",
    code: "http/fault",
    requestId: "r",
    incident: "i",
  };
  for (const page of [
    homePage({ assets, report }),
    homePage({ assets, report, person: { name: "<A>", role: "owner" } }),
    signInPage({ assets, token: '"><script>' }),
    problemPage({ assets, problem }),
    sessions([own, session({ agent: '"><script>alert(1)</script>', peer: "" })], 1),
  ]) {
    assert.doesNotMatch(page, /<script|<style|\son\w+=|\sstyle=|https?:(?!\/\/www\.w3\.org)/);
    assert.match(page, /^<!doctype html>\n<html lang="en">/);
  }
});

test("lengths of time are told in two units at most", () => {
  const told = [0, 59_999, 60_000, 3_661_000, 90_000_000, 86_400_000 * 400].map(length);
  assert.deepEqual(told, ["0 s", "59 s", "1 min", "1 h 1 min", "1 d 1 h", "400 d"]);
});
