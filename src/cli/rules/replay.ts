import { readFile } from "node:fs/promises";
import { readDuration } from "#settings";
import { misuse, readArguments } from "../arguments.ts";
import type { Verb } from "../main.ts";
import { printable, printableJson, printableLines } from "../printable.ts";
import { showProgress } from "../progress.ts";
import { refuse } from "../refuse.ts";
import { takeOptions } from "../take-options.ts";

const help = `usage: meridian rules replay RULE --token-file FILE [options]

Asks a running server what a rule would have found in the events that it has stored. RULE is a file of Sigma rules, on the
server or not, or the id of a rule that the server knows.

  --token-file FILE   a token with role responder or owner (./meridian token create --role responder), - for standard input
  --server URL        where the server is (default: http://127.0.0.1:8080)
  --from TIME         a time such as -7d, -12h or 2026-01-31T04:00:00Z (default: -24h)
  --to TIME           not included (default: now)
  --exact             look at everything, however long it takes; else some seconds, and an estimate where that is too little
  --limit N           findings shown (default: 20)
  --json              the server's answer, as JSON

Ctrl-C ends the replay on the server too.

exit codes: 0 it found nothing · 1 it found something · 2 the command is not usable, or the server refused it`;

interface Line {
  readonly is: "progress" | "end";
  readonly share?: number;
  readonly looked?: number;
  readonly found?: number;
  readonly replay?: Replay;
}

interface Replay {
  readonly state: string;
  readonly why: string;
  readonly result?: {
    readonly exact: boolean;
    readonly count: number;
    readonly low: number;
    readonly high: number;
    readonly from: number;
    readonly to: number;
    readonly share: number;
    readonly events: number;
    readonly looked: number;
    readonly alerts: { readonly perDay: number; readonly excepted: number };
    readonly rules: readonly { readonly title: string; readonly count: number }[];
    readonly entities: readonly { readonly value: string; readonly count: number }[];
    readonly samples: readonly { readonly time: number; readonly entity: string; readonly matched: unknown }[];
    readonly cost: { readonly milliseconds: number };
  };
}

export const replayVerb: Verb = async (args, signal) => {
  // A time may begin with a dash.
  const { values: times, rest } = takeOptions("rules replay", args, ["--from", "--to"]);
  const { values, positionals } = readArguments("rules replay", rest, {
    "token-file": { type: "string" },
    server: { type: "string", default: "http://127.0.0.1:8080" },
    exact: { type: "boolean", default: false },
    limit: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const [wanted, ...more] = positionals;
  if (wanted === undefined || more.length > 0) throw misuse("rules replay", "name one rule");
  const tokenFile = values["token-file"];
  if (tokenFile === undefined) throw misuse("rules replay", "--token-file says who asks");
  if (!URL.canParse("/api", values.server))
    throw misuse("rules replay", `--server takes a URL; not "${values.server}"`);
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 0 || limit > 1_000) throw misuse("rules replay", "--limit takes 0 to 1000");
  const to = times.to === undefined ? Date.now() : readTime("--to", times.to);
  const wish = {
    ...(/\.ya?ml$/i.test(wanted) ? { yaml: await textOf(wanted) } : { rule: wanted }),
    from: readTime("--from", times.from ?? "-24h"),
    to,
    limit,
    exact: values.exact,
  };
  const token = (await textOf(tokenFile === "-" ? "/dev/stdin" : tokenFile)).trim();
  const replay = await ask(new URL("/api/replay/stream", values.server), token, wish, signal);
  if (values.json) console.log(printableJson(JSON.stringify(replay)));
  if (!replay.result) {
    console.error(`meridian: ${printableLines(replay.why)}`);
    return 2;
  }
  if (!values.json) console.log(inWords(replay.result));
  return replay.result.count > 0 ? 1 : 0;
};

/** `-7d` is so long ago. */
function readTime(option: string, text: string): number {
  const ago = text.startsWith("-") ? readDuration(text.slice(1)) : undefined;
  const time = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isNaN(time))
    throw misuse("rules replay", `${option} takes a time such as -7d or 2026-01-31T04:00:00Z; not "${text}"`);
  return time;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw refuse("unreadable", { why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

async function ask(url: URL, token: string, wish: object, signal: AbortSignal): Promise<Replay> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(wish),
    signal,
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw refuse("unreadable", { why: `no server answers at ${url.origin}` }, cause);
  });
  if (!answer.ok || !answer.body) {
    const problem = (await answer.json().catch(() => ({}))) as { readonly detail?: string; readonly title?: string };
    throw refuse("unreadable", { why: `the server refused: ${problem.detail ?? problem.title ?? answer.status}` });
  }
  const progress = showProgress();
  let replay: Replay | undefined;
  for await (const { is, share = 0, looked = 0, found = 0, replay: end } of linesOf(answer.body)) {
    if (is === "end") replay = end;
    else progress.tell(`${Math.round(share * 100)} %, ${looked} events looked at, ${found} findings`);
  }
  progress.end();
  if (!replay) throw refuse("unreadable", { why: "the server ended before the replay did" });
  return replay;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Line, void, undefined> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}

function inWords(result: NonNullable<Replay["result"]>): string {
  const { exact, count, low, high, share, events, looked, alerts, rules, entities, samples, cost } = result;
  const bounds = exact || low === high ? "" : `, an estimate: between ${low} and ${high} with 95 % certainty`;
  const part = exact ? "" : ` (${Math.round(share * 100)} % of the work; --exact looks at all)`;
  const excepted = alerts.excepted > 0 ? `, ${alerts.excepted} findings held back by exceptions` : "";
  return [
    `${count} findings${bounds}`,
    `about ${alerts.perDay} alerts a day${excepted}`,
    `${looked} of ${events} events looked at${part}, ${(cost.milliseconds / 1_000).toFixed(1)} s`,
    ...(rules.length > 1 ? ["", ...rules.map((rule) => row(rule.count, rule.title))] : []),
    ...(entities.length > 0 ? ["", ...entities.slice(0, 10).map((one) => row(one.count, one.value))] : []),
    ...(samples.length > 0 ? [""] : []),
    ...samples.map(
      ({ time, entity, matched }) =>
        `${new Date(time).toISOString()}  ${printable(entity)}  ${printableJson(JSON.stringify(matched))}`,
    ),
  ].join("\n");
}

function row(count: number, text: string): string {
  return `  ${String(count).padStart(8)}  ${printable(text)}`;
}
