import { entryOf } from "../yaml/node.ts";
import { type Check, scalarAt, scalarsAt } from "./subject.ts";

/** What a public rule is expected to say about itself. */
const expected: Readonly<Record<string, string>> = {
  status: "Say how far it is: a new rule starts as experimental.",
  level: "Say how urgent a match is.",
  description: "Say what it detects and why that matters.",
  author: "Say who wrote it.",
  date: "Say when it was written: 2024-01-26.",
  references: "Name where the knowledge comes from.",
  falsepositives: "Say what else may match, or Unknown.",
  tags: "Tag it, with ATT&CK techniques at least.",
};
const expectedOfFilters = new Set(["description"]);

export const checkExpectedKeys: Check = ({ root, report }) => {
  const isFilter = entryOf(root, "filter") !== undefined;
  for (const [key, advice] of Object.entries(expected)) {
    if (isFilter && !expectedOfFilters.has(key)) continue;
    if (!entryOf(root, key)) report.info(root.at, `${key}-missing`, `The document has no ${key}.`, advice);
  }
};

export const checkDescription: Check = ({ root, report }) => {
  const description = scalarAt(root, "description");
  if (!description) return;
  const { text, at } = description;
  if (text.length > 65_535) {
    report.warning(
      at,
      "description-too-long",
      `The description has ${text.length} characters; the specification allows 65,535.`,
      "Shorten it.",
    );
  } else if (text.trim().length < 16) {
    report.info(
      at,
      "description-too-short",
      "The description says next to nothing.",
      "Say what it detects and why that matters.",
    );
  }
  if (/https?:\/\//i.test(text)) {
    report.info(at, "description-has-link", "The description holds a link.", "Put it under `references`.");
  }
  if (text.trim() === scalarAt(root, "title")?.text.trim()) {
    report.info(
      at,
      "description-is-title",
      "The description repeats the title.",
      "Say what it detects and why that matters.",
    );
  }
};

export const checkReferences: Check = ({ root, report }) => {
  const seen = new Set<string>();
  for (const { text, at } of scalarsAt(root, "references")) {
    if (seen.has(text)) report.info(at, "reference-duplicate", "The reference stands here twice.", "Remove one.");
    seen.add(text);
    if (/^https?:\/\/attack\.mitre\.org\/(techniques|tactics|software|groups)\//i.test(text)) {
      report.info(at, "reference-to-attack", "The reference leads to ATT&CK.", "Write it as a tag: attack.t1059.");
    }
    if (/^https?:\/\/(github|gitlab)\.com\/[^/]+\/[^/]+\/(-\/)?(blob|tree|raw)\/(master|main|HEAD)\//i.test(text)) {
      report.info(
        at,
        "reference-not-permanent",
        "The reference leads to a branch, where files change and vanish.",
        "Use a permanent link, with the commit in it.",
      );
    }
  }
};

const noFalsePositives = /^(none|n\/a|pentest(s|ing)?|penetration tests?|red ?team(s|ing)?)\.?$/i;

export const checkFalsePositives: Check = ({ root, report }) => {
  const seen = new Set<string>();
  for (const { text, at } of scalarsAt(root, "falsepositives")) {
    if (seen.has(text))
      report.info(at, "falsepositive-duplicate", "The false positive stands here twice.", "Remove one.");
    seen.add(text);
    if (noFalsePositives.test(text.trim())) {
      report.info(
        at,
        "falsepositive-says-nothing",
        `'${text}' is not accepted as a false positive.`,
        "Write Unknown or Unlikely, or what else may match.",
      );
    } else if (/^[a-z]/.test(text)) {
      report.info(
        at,
        "falsepositive-case",
        "A false positive begins with a capital.",
        `Write '${text[0]!.toUpperCase()}${text.slice(1, 20)}…'.`,
      );
    }
  }
};

export const checkStatus: Check = ({ root, report }) => {
  const status = scalarAt(root, "status");
  if (status?.text === "deprecated" || status?.text === "unsupported") {
    report.info(
      status.at,
      "status-inactive",
      `The rule says of itself that it is ${status.text}, and is matched all the same.`,
      "Take it out of the rule folder.",
    );
  }
};
