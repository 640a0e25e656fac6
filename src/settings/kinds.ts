import { isIP } from "node:net";
import { z } from "zod";
import { Secret } from "#kernel";

/** A whole number in a range, written in decimal digits. */
export function whole(least: number, most: number) {
  return textThat(`Give a whole number from ${least} to ${most}.`, (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  });
}

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time such as `500ms`, `30s`, `15m`, `12h` or `7d`; gives milliseconds. */
export function duration(least: string, most: string) {
  return textThat(`Give a time from ${least} to ${most}, such as 30s, 15m or 12h.`, (text) => {
    const time = readDuration(text);
    return time !== undefined && time >= (readDuration(least) ?? 0) && time <= (readDuration(most) ?? 0)
      ? time
      : undefined;
  });
}

/** Milliseconds of `500ms`, `30s`, `15m`, `12h` or `7d`. */
export function readDuration(text: string): number | undefined {
  const [, amount, unit = ""] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (milliseconds[unit] ?? Number.NaN);
}

const bytes: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** An amount of data such as `64KiB` or `1MiB`; gives bytes. */
export function size() {
  return textThat("Give an amount of data such as 64KiB or 1MiB.", (text) => {
    const [, amount, unit = ""] = /^([1-9]\d{0,5})(B|KiB|MiB|GiB)$/.exec(text) ?? [];
    return amount === undefined ? undefined : Number(amount) * (bytes[unit] ?? Number.NaN);
  });
}

export function oneOf<const Words extends readonly string[]>(words: Words) {
  return textThat(`Give one of: ${words.join(", ")}.`, (text) =>
    words.find((word): word is Words[number] => word === text),
  );
}

export function listOf<const Words extends readonly string[]>(words: Words) {
  return textThat(
    `Give one or more of ${words.join(", ")}, with commas between.`,
    (text): readonly Words[number][] | undefined => {
      const asked = text.split(",").map((word) => word.trim());
      const known = words.filter((word) => asked.includes(word));
      return asked.every((word) => words.includes(word)) ? known : undefined;
    },
  );
}

export function address() {
  return textThat("Give an address to listen on: 127.0.0.1, ::1, 0.0.0.0, :: or localhost.", (text) =>
    isIP(text) !== 0 || text === "localhost" ? text : undefined,
  );
}

/** Addresses and networks with commas between: `127.0.0.1,10.0.0.0/8`. */
export function networks() {
  return textThat("Give addresses or networks with commas between, such as 127.0.0.1,10.0.0.0/8.", (text) => {
    const all = text.split(",").map((one) => one.trim());
    return all.every(isNetwork) ? all : undefined;
  });
}

const sourcePattern = /^[a-z0-9][a-z0-9\-_.]{0,62}$/;

/** The name of a source of events. */
export function sourceName() {
  return textThat("Give 1 to 63 of a-z, 0-9, dot, dash and underscore.", (text) =>
    sourcePattern.test(text) ? text : undefined,
  );
}

/** Networks and the sources that they stand for: `10.1.0.0/16=lisbon,192.0.2.7=firewall`. */
export function sourcesByNetwork() {
  return textThat("Give NETWORK=SOURCE with commas between, such as 10.1.0.0/16=lisbon,192.0.2.7=firewall.", (text) => {
    const all = text.split(",").map((one) => one.trim().split("="));
    return all.every(
      ([network = "", source = "", ...rest]) => isNetwork(network) && sourcePattern.test(source) && rest.length === 0,
    )
      ? all.map(([network = "", source = ""]) => ({ network, source }))
      : undefined;
  });
}

function isNetwork(text: string): boolean {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 6 ? 128 : 32);
}

/** The origin that people's browsers see, without a path. */
export function origin() {
  return textThat("Give scheme, host and port as browsers see them, such as https://desk.example.com.", (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href ? url.origin : undefined;
  });
}

/** A name for a log's key: no spaces, no plus sign. */
export function keyName() {
  return textThat("Give a name without spaces and plus signs, such as ledger.example.com/desk.", (text) =>
    /^[^\s\p{Z}\p{Cc}+]{1,200}$/u.test(text) ? text : undefined,
  );
}

export function clusterName() {
  return textThat("Give the cluster's name: letters, digits and underscores.", (text) =>
    /^[A-Za-z_]\w{0,63}$/.test(text) ? text : undefined,
  );
}

/** Witnesses with commas between, each its address, a space and its verifier key; https, or http on this machine. */
export function witnesses() {
  return textThat(
    "Give witnesses with commas between, each as ADDRESS KEY: https://witness.example w.example/1+0123abcd+BASE64.",
    (text): readonly { readonly url: string; readonly key: string }[] | undefined => {
      const all = text.split(",").map((one) => one.trim().split(/\s+/));
      const read = all.flatMap(([url = "", key = "", ...rest]) =>
        rest.length === 0 && isWitnessUrl(url) && /^[^+]+\+[0-9a-f]{8}\+[\w+/=]+$/.test(key) ? [{ url, key }] : [],
      );
      return read.length === all.length ? read : undefined;
    },
  );
}

function isWitnessUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false;
  return (
    url.protocol === "https:" ||
    (url.protocol === "http:" && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname))
  );
}

export function path() {
  return textThat("Give a path.", (text) => (text !== "" && !text.includes("\0") ? text : undefined));
}

/** Paths with commas between. */
export function paths() {
  return textThat("Give paths with commas between.", (text) => {
    const all = text.split(",").map((one) => one.trim());
    return all.every((one) => one !== "" && !one.includes("\0")) ? all : undefined;
  });
}

/** A URL of one of the schemes; it may carry a password, so it is a secret. */
export function secretUrl(schemes: readonly string[]) {
  return textThat(`Give a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}.`, (text) =>
    URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)) ? new Secret(text) : undefined,
  );
}

export function secretText(least: number) {
  return textThat(`Give at least ${least} characters.`, (text) =>
    text.length >= least ? new Secret(text) : undefined,
  );
}

/** Text that `read` understands; `advice` is what to do when it gives undefined. */
function textThat<T>(advice: string, read: (text: string) => T | undefined) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: advice });
    return z.NEVER;
  });
}
