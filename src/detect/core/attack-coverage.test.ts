import assert from "node:assert/strict";
import { test } from "node:test";
import { readAttackCatalogue } from "./attack-catalogue.ts";
import { attackCoverage, type CoveringRule } from "./attack-coverage.ts";
import { navigatorLayer } from "./navigator-layer.ts";

const rule = (id: string, ...tags: string[]): CoveringRule => ({ id, title: id, level: "high", tags });

const rules = [
  rule("one", "attack.execution", "attack.t1059.001"),
  rule("two", "attack.execution", "attack.persistence", "attack.t1059.001", "attack.t1547"),
  rule("three", "attack.persistence", "attack.t1547"),
  rule("none", "cve.2024-0001", "attack.g0001"),
];

const bundle = JSON.stringify({
  type: "bundle",
  objects: [
    { type: "x-mitre-matrix", tactic_refs: ["x-mitre-tactic--p", "x-mitre-tactic--e"] },
    { type: "x-mitre-tactic", id: "x-mitre-tactic--e", x_mitre_shortname: "execution" },
    { type: "x-mitre-tactic", id: "x-mitre-tactic--p", x_mitre_shortname: "persistence" },
    technique("T1059.001", "A shell", "execution"),
    technique("T1547", "Start-up", "persistence"),
    technique("T1204", "A user runs it", "execution"),
    { ...technique("T9999", "Gone", "execution"), revoked: true },
  ],
});

function technique(id: string, name: string, tactic: string) {
  return {
    type: "attack-pattern",
    name,
    external_references: [{ source_name: "mitre-attack", external_id: id }],
    kill_chain_phases: [{ kill_chain_name: "mitre-attack", phase_name: tactic }],
  };
}

test("without a catalogue a technique stands under the tactics that most of its rules name", () => {
  const { tactics, covered, rulesWithTechnique, known } = attackCoverage(rules);
  assert.deepEqual(
    tactics.map(({ tactic, techniques }) => [tactic, techniques.map((one) => one.technique)]),
    [
      ["execution", ["T1059.001"]],
      ["persistence", ["T1547"]],
    ],
  );
  assert.deepEqual([covered, rulesWithTechnique, known], [2, 3, undefined]);
});

test("a catalogue names techniques, orders tactics and shows those without a rule; revoked ones are no gap", () => {
  const { tactics, known, covered } = attackCoverage(rules, readAttackCatalogue(bundle));
  assert.deepEqual(
    tactics.map(({ tactic, techniques }) => [tactic, techniques.map((one) => `${one.technique} ${one.rules.length}`)]),
    [
      ["persistence", ["T1547 2"]],
      ["execution", ["T1059.001 2", "T1204 0"]],
    ],
  );
  assert.deepEqual([known, covered], [3, 2]);
});

test("a layer scores a technique by its number of rules and leaves gaps out", () => {
  const layer = navigatorLayer(attackCoverage(rules, readAttackCatalogue(bundle)), "ours") as { techniques: object[] };
  assert.deepEqual(
    layer.techniques.map((one) => [(one as { techniqueID: string }).techniqueID, (one as { score: number }).score]),
    [
      ["T1547", 2],
      ["T1059.001", 2],
    ],
  );
});

test("a file that is no ATT&CK bundle is refused with what is missing", () => {
  assert.throws(() => readAttackCatalogue("{}"), /not a STIX bundle/);
  assert.throws(() => readAttackCatalogue('{"type":"bundle","objects":[]}'), /no ATT&CK technique/);
});
