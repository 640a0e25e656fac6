/** `meridian VERB`: looks the verb up, loads only what it needs, and turns its answer into the exit code. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { Refusal } from "#kernel";
import { cacheFolder } from "./cache-folder.ts";
import { printableLines } from "./printable.ts";

/** What a verb gets: its arguments, and a signal that the first Ctrl-C or SIGTERM sets off. */
export type Verb = (args: string[], signal: AbortSignal) => Promise<number>;

const verbs: Record<string, { readonly says: string; readonly load: () => Promise<Verb> }> = {
  scan: {
    says: "ask Sigma rules of log files; --help lists the options",
    load: async () => (await import("./scan/scan.ts")).scanVerb,
  },
  rules: {
    says: "check, test, explain rules, and draw their ATT&CK coverage",
    load: async () => (await import("./rules/rules.ts")).rulesVerb,
  },
  serve: {
    says: "start the server; --help lists its settings",
    load: async () => (await import("./serve.ts")).serveVerb,
  },
  config: {
    says: "print the settings in force, where each comes from, secrets masked",
    load: async () => (await import("./config.ts")).configVerb,
  },
  "sign-in-link": {
    says: "print a new one-time link for signing in",
    load: async () => (await import("./sign-in-link.ts")).signInLinkVerb,
  },
  token: {
    says: "create, list and revoke tokens for sources of events and programs",
    load: async () => (await import("./token.ts")).tokenVerb,
  },
  ledger: {
    says: "export the ledger, and verify an export without the server",
    load: async () => (await import("./ledger.ts")).ledgerVerb,
  },
  backup: {
    says: "make a backup, whether the server runs or not",
    load: async () => (await import("./backup.ts")).backupVerb,
  },
  restore: {
    says: "check a backup and put it in place",
    load: async () => (await import("./restore.ts")).restoreVerb,
  },
  doctor: {
    says: "look at this machine and installation, and say what to do",
    load: async () => (await import("./doctor.ts")).doctorVerb,
  },
  version: {
    says: "print the version",
    load: async () => async () => {
      console.log(await version());
      return 0;
    },
  },
};

let interruptedBy: NodeJS.Signals | undefined;

async function main([name = "help", ...args]: string[]): Promise<number> {
  if (name === "--version" || name === "-v") return main(["version"]);
  if (name === "help" || name === "--help" || name === "-h") {
    console.log(await help());
    return 0;
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) {
    console.error(`meridian: there is no verb "${name}"\n\n${await help()}`);
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // The second signal does not wait.
      if (interruptedBy) endBy(signal);
      interruptedBy = signal;
      stop.abort();
    });
  }
  return (await verb.load())(args, stop.signal);
}

/**
 * Ends the process as the signal would have done, which shells tell as 130 or 143. To exit is not enough: that waits for
 * a read of a pipe that says nothing, which can't be called off.
 */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

async function help(): Promise<string> {
  const list = Object.entries(verbs).map(([name, { says }]) => `  ${name.padEnd(13)} ${says}`);
  return [
    `Meridian ${await version()}`,
    "",
    "usage: meridian VERB",
    "",
    ...list,
    `  ${"help".padEnd(13)} this page`,
  ].join("\n");
}

async function version(): Promise<string> {
  const { default: manifest } = await import("../../package.json", { with: { type: "json" } });
  return manifest.version;
}

// Types are taken out of the code once and not at each start, which would cost 0.3 s; workers read the variable.
enableCompileCache(join(cacheFolder(), "code"));
process.env["NODE_COMPILE_CACHE"] ??= join(cacheFolder(), "code");
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // A refusal is a sentence for whoever typed the command; all else is a fault of ours and shows where it arose.
  console.error(error instanceof Refusal ? `meridian: ${printableLines(error.message)}` : error);
  process.exitCode = error instanceof Refusal ? 2 : 70;
}
if (process.exitCode === 130 && interruptedBy) endBy(interruptedBy);
