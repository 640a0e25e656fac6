import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate, readPipeline, readRules, unknownKind } from "#sigma";
import { applyPipelines } from "./apply-pipelines.ts";

const rules = `title: A Shell
id: 3f1c1f1e-4f0b-4d0e-9f5e-0d2f6b7a0001
logsource: { product: acme }
detection:
  selection: { Image|endswith: /sh }
  condition: selection
---
title: A Name
id: 3f1c1f1e-4f0b-4d0e-9f5e-0d2f6b7a0002
logsource: { product: other }
detection:
  selection: { User: root }
  condition: selection
`;

const pipelineOf = (text: string) => {
  const { pipeline, findings } = readPipeline(text, "made.yml");
  assert.deepEqual(findings, []);
  return pipeline!;
};

test("rules are rewritten by each pipeline in turn, and asked as they have become", () => {
  const first = pipelineOf(
    "name: one\ntransformations:\n  - { id: a, type: field_name_mapping, mapping: { Image: exe } }\n",
  );
  const second = pipelineOf(
    "name: two\ntransformations:\n  - { id: b, type: field_name_mapping, mapping: { exe: path } }\n",
  );
  const { detections } = applyPipelines(readRules([{ file: "r.yml", text: rules }]), [first, second]);
  assert.equal(evaluate(detections[0]!.plan, { kind: unknownKind, body: { path: "/bin/sh" } }), true);
  assert.equal(evaluate(detections[0]!.plan, { kind: unknownKind, body: { Image: "/bin/sh" } }), false);
});

test("a rule that a pipeline refuses is set aside with what the pipeline says; the others stay", () => {
  const refusing = pipelineOf(
    "name: acme only\ntransformations:\n  - id: a\n    type: rule_failure\n    message: it is not for acme\n    rule_cond_not: true\n    rule_conditions:\n      - { type: logsource, product: acme }\n",
  );
  const { detections, setAside } = applyPipelines(readRules([{ file: "r.yml", text: rules }]), [refusing]);
  assert.deepEqual(
    detections.map(({ title }) => title),
    ["A Shell"],
  );
  assert.deepEqual(
    setAside.map(({ title, reason }) => [title, reason.code]),
    [["A Name", "pipeline-refused"]],
  );
  assert.match(setAside[0]!.reason.message, /acme only.*it is not for acme/);
});

test("no pipeline leaves the set as it is", () => {
  const set = readRules([{ file: "r.yml", text: rules }]);
  assert.equal(applyPipelines(set, []), set);
});
