import type { Verb } from "../main.ts";
import { refuse } from "../refuse.ts";

const verbs: Record<string, { readonly says: string; readonly load: () => Promise<Verb> }> = {
  check: {
    says: "read rules and tell what is wrong or doubtful in them",
    load: async () => (await import("./check.ts")).checkVerb,
  },
  test: { says: "run the examples that rules carry", load: async () => (await import("./test.ts")).testVerb },
  coverage: {
    says: "draw the ATT&CK matrix of rules, as a page or a Navigator layer",
    load: async () => (await import("./coverage.ts")).coverageVerb,
  },
  explain: {
    says: "say what a rule asks, and why it holds for an event or doesn't",
    load: async () => (await import("./explain.ts")).explainVerb,
  },
  replay: {
    says: "ask a running server what a rule would have found in the events that it has stored",
    load: async () => (await import("./replay.ts")).replayVerb,
  },
};

export const rulesVerb: Verb = async ([name = "--help", ...args], signal) => {
  if (name === "--help" || name === "-h" || name === "help") {
    const list = Object.entries(verbs).map(([verb, { says }]) => `  ${verb.padEnd(9)} ${says}`);
    console.log(
      ["usage: meridian rules VERB [options]", "", ...list, "", "Each verb has a --help of its own."].join("\n"),
    );
    return 0;
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw refuse("usage", { what: `there is no verb "rules ${name}"`, help: "meridian rules --help" });
  return (await verb.load())(args, signal);
};
