import assert from "node:assert/strict";
import { test } from "node:test";
import { ANY } from "../plan.ts";
import { dashForms } from "./windash.ts";

const five = ["-", "/", "–", "—", "―"];

test("a flag is looked for with every dash that Windows programs take for one", () => {
  assert.deepEqual(
    dashForms([ANY, " -enc", ANY]),
    five.map((dash) => [ANY, ` ${dash}enc`, ANY]),
  );
  assert.deepEqual(
    dashForms(["/c"]),
    five.map((dash) => [`${dash}c`]),
  );
});

test("a dash inside of a word is left alone", () => {
  assert.deepEqual(
    dashForms([" -param-name"]),
    five.map((dash) => [` ${dash}param-name`]),
  );
  assert.deepEqual(dashForms(["a-b"]), [["a-b"]]);
});

test("several flags become every combination, up to five flags", () => {
  assert.equal(dashForms([" -s -i cmd"])!.length, 25);
  assert.equal(new Set(dashForms([" -s -i cmd"])!.map(String)).size, 25);
  assert.equal(dashForms([" -a -b -c -d -e"])!.length, 3125);
  assert.equal(dashForms([" -a -b -c -d -e -f"]), undefined);
});
