import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { html } from "./html.ts";
import { homePage, length } from "./pages/home.ts";
import { problemPage } from "./pages/problem.ts";
import { signInPage } from "./pages/sign-in.ts";

const style = "/style/x.css";
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
  const page = homePage({ style, report });
  assert.match(page, /\.\/meridian sign-in-link/);
  assert.doesNotMatch(page, /sqlite|Roles/);
});

test("a person sees the makers, the roles, and the way out", () => {
  const page = homePage({ style, report, person: { name: "Ada", role: "owner" } });
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
  const page = homePage({ style, report: { ...report, ok: false, parts } });
  assert.match(page, /running without records and events/);
  assert.equal(page.match(/◆/g)?.length, 3);
  assert.doesNotMatch(page, /disk full/);
  assert.match(homePage({ style, report: { ...report, ok: false, stopping: true } }), /about to stop/);
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
    homePage({ style, report }),
    homePage({ style, report, person: { name: "<A>", role: "owner" } }),
    signInPage({ style, token: '"><script>' }),
    problemPage({ style, problem }),
  ]) {
    assert.doesNotMatch(page, /<script|<style|\son\w+=|\sstyle=|https?:(?!\/\/www\.w3\.org)/);
    assert.match(page, /^<!doctype html>\n<html lang="en">/);
  }
});

test("lengths of time are told in two units at most", () => {
  const told = [0, 59_999, 60_000, 3_661_000, 90_000_000, 86_400_000 * 400].map(length);
  assert.deepEqual(told, ["0 s", "59 s", "1 min", "1 h 1 min", "1 d 1 h", "400 d"]);
});
