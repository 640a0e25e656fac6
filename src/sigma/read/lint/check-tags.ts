import { enterpriseTactics } from "../../attack-tactics.ts";
import { type Check, scalarsAt } from "./subject.ts";

/** Tactics of ATT&CK for Enterprise, and those that only ICS and Mobile have. */
const tactics = new Set([
  ...enterpriseTactics,
  "evasion",
  "inhibit-response-function",
  "impair-process-control",
  "network-effects",
  "remote-service-effects",
]);

interface Namespace {
  readonly holds: (rest: string) => boolean;
  readonly example: string;
}

/** Namespaces of the specification's tags appendix. */
const namespaces: Readonly<Record<string, Namespace>> = {
  attack: {
    holds: (rest) => tactics.has(rest) || /^(t\d{4}(\.\d{3})?|[gsma]\d{4}|ds\d{4}|ta\d{4})$/.test(rest),
    example: "attack.t1059.001 or attack.execution",
  },
  car: { holds: (rest) => /^\d{4}-\d{2}-\d{3}$/.test(rest), example: "car.2016-04-005" },
  cve: { holds: (rest) => /^\d{4}-\d{4,}$/.test(rest), example: "cve.2021-44228" },
  d3fend: {
    holds: (rest) => /^(d3f?-[a-z0-9-]+|model|harden|detect|isolate|deceive|evict)$/i.test(rest),
    example: "d3fend.d3-am",
  },
  detection: {
    holds: (rest) => ["dfir", "emerging-threats", "threat-hunting"].includes(rest),
    example: "detection.threat-hunting",
  },
  stp: { holds: (rest) => /^[1-5][auk]?$/.test(rest), example: "stp.3k" },
  tlp: {
    holds: (rest) => ["red", "amber", "amber-strict", "green", "clear"].includes(rest),
    example: "tlp.amber",
  },
};

export const checkTags: Check = ({ root, report }) => {
  const seen = new Set<string>();
  for (const { text, at } of scalarsAt(root, "tags")) {
    if (seen.has(text)) report.info(at, "tag-duplicate", `The tag '${text}' stands here twice.`, "Remove one.");
    seen.add(text);
    const dot = text.indexOf(".");
    const space = text.slice(0, dot);
    const namespace = Object.hasOwn(namespaces, space) ? namespaces[space] : undefined;
    if (dot < 1 || /\s/.test(text) || (/[A-Z]/.test(text) && space !== "d3fend")) {
      report.warning(
        at,
        "tag-form",
        `'${text}' is no tag.`,
        "Tags are a namespace, a dot and a word in lower case: attack.t1059.",
      );
    } else if (namespace && !namespace.holds(text.slice(dot + 1))) {
      report.warning(
        at,
        `tag-${space}`,
        `'${text}' is no tag of the namespace '${space}'.`,
        `Write for instance ${namespace.example}.`,
      );
    } else if (!namespace) {
      const known = Object.keys(namespaces).join(", ");
      report.info(
        at,
        "tag-namespace",
        `The namespace '${space}' is not one of the specification.`,
        `It knows ${known}.`,
      );
    }
  }
};
