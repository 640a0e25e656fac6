/** `./meridian-dev VERB`: the tools of whoever changes Meridian. */
const verbs: Record<string, { says: string; run: (args: string[]) => Promise<number> }> = {
  check: {
    says: "format, lint, types, the floor plan, the documents, the API description; --fix formats and rewrites",
    run: async (args) => (await import("./check/check.ts")).check(args),
  },
  test: {
    says: "every suite, or only files whose path holds one of the given words",
    run: async (args) => (await import("./test/test.ts")).testAll(args),
  },
  bench: {
    says: "NAME runs bench/NAME.ts and passes on what follows; results land in bench/out/",
    run: async (args) => (await import("./bench.ts")).bench(args),
  },
  pack: {
    says: "NAME builds a room as a package of its own under dist/",
    run: async (args) => (await import("./pack/pack.ts")).pack(args),
  },
  dev: {
    says: "starts the server and starts it again when a file changes; passes on what follows",
    run: async (args) => (await import("./dev.ts")).dev(args),
  },
};

const [name = "", ...args] = process.argv.slice(2);
const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
if (verb) {
  process.exitCode = await verb.run(args);
} else {
  const list = Object.entries(verbs).map(([verbName, { says }]) => `  ${verbName.padEnd(6)} ${says}`);
  console.error(["usage: ./meridian-dev VERB", ...list].join("\n"));
  process.exitCode = 2;
}
