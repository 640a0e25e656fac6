import { spawn } from "node:child_process";
import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

export interface GitPlace {
  readonly url: string;
  readonly branch: string;
  /** A commit that the branch has to be at, in hex. */
  readonly pin?: string;
}

export interface GitOptions {
  readonly signal?: AbortSignal;
  /** Transports that are allowed; tests allow `file` as well. */
  readonly schemes?: readonly string[];
}

const ownSchemes: readonly string[] = ["https", "ssh"];

export type GitOutcome = { readonly ok: true; readonly commit: string } | { readonly ok: false; readonly why: string };

/** Bytes and files that a checkout may have; the public corpus has 30 MB and 8,000. */
const mostBytes = 512 * 1024 * 1024;
const mostFiles = 100_000;
const patience = 300_000;

/**
 * Makes `folder` a checkout of the branch's newest commit, by the system's git. The repository is data and nothing of it
 * is run: no hooks, filters, submodules or symbolic links, no other transport than https and ssh, no redirect. A checkout
 * that fails, or grows past its bounds, leaves the one before as it was.
 */
export async function checkOut(
  folder: string,
  { url, branch, pin }: GitPlace,
  options: GitOptions = {},
): Promise<GitOutcome> {
  if (!isGitUrl(url, options.schemes))
    return { ok: false, why: "the address is neither https:// nor ssh://, or holds a password or token" };
  if (!isBranch(branch)) return { ok: false, why: "the branch's name is none that git takes" };
  const fresh = `${folder}.fresh`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  try {
    const cloned = await git(
      [
        "clone",
        "--depth=1",
        "--single-branch",
        "--no-tags",
        "--no-recurse-submodules",
        `--branch=${branch}`,
        "--",
        url,
        ".",
      ],
      fresh,
      options,
    );
    if (!cloned.ok) return cloned;
    const head = await git(["rev-parse", "HEAD"], fresh, options);
    if (!head.ok) return head;
    const commit = head.said.trim();
    if (pin !== undefined && commit !== pin)
      return { ok: false, why: `the branch is at ${commit}, not at the commit that it is pinned to` };
    // Rules are all that is wanted of it; what git keeps for itself would only be work for whoever looks for files.
    await rm(join(fresh, ".git"), { recursive: true, force: true });
    await rm(`${folder}.gone`, { recursive: true, force: true });
    await rename(folder, `${folder}.gone`).catch(() => undefined);
    await rename(fresh, folder);
    await rm(`${folder}.gone`, { recursive: true, force: true });
    return { ok: true, commit };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** The commit that a branch is at, without fetching anything. */
export async function newestCommit({ url, branch }: GitPlace, options: GitOptions = {}): Promise<GitOutcome> {
  if (!isGitUrl(url, options.schemes) || !isBranch(branch))
    return { ok: false, why: "the address or the branch is none that git takes" };
  const told = await git(["ls-remote", "--", url, `refs/heads/${branch}`], undefined, options);
  if (!told.ok) return told;
  const commit = /^([0-9a-f]{40,64})\t/.exec(told.said)?.[1];
  return commit === undefined ? { ok: false, why: `there is no branch ${branch}` } : { ok: true, commit };
}

export function isGitUrl(url: string, schemes: readonly string[] = ownSchemes): boolean {
  if (!URL.canParse(url) || /[\s\p{Cc}]/u.test(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (!schemes.includes(protocol.slice(0, -1)) || password !== "") return false;
  // A name is a token to the large hosts; the address is shown, and stands in the audit trail for good.
  if (protocol === "https:" && username !== "") return false;
  return protocol === "file:" || /^[a-z0-9[]/i.test(hostname);
}

export function isBranch(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/.test(name) && !/\.\.|\/\/|\/$|\.lock$|\.$/.test(name);
}

const settings = [
  "core.hooksPath=/dev/null",
  "core.symlinks=false",
  "core.fsmonitor=false",
  "submodule.recurse=false",
  "protocol.allow=never",
  "http.followRedirects=false",
  "transfer.fsckObjects=true",
].flatMap((setting) => ["-c", setting]);

/** The environment says nothing to git but where programs are and who the user is: not another repository, not a helper. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, SSH_AUTH_SOCK, HTTPS_PROXY, https_proxy: proxy, SSL_CERT_FILE } = process.env;
  return {
    PATH,
    HOME,
    SSH_AUTH_SOCK,
    HTTPS_PROXY: HTTPS_PROXY ?? proxy,
    SSL_CERT_FILE,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes",
  };
}

async function git(
  args: readonly string[],
  folder: string | undefined,
  { signal, schemes = ownSchemes }: GitOptions,
): Promise<{ readonly ok: true; readonly said: string } | { readonly ok: false; readonly why: string }> {
  const allowed = schemes.flatMap((scheme) => ["-c", `protocol.${scheme}.allow=always`]);
  const stop = new AbortController();
  let why: string | undefined;
  const give = (reason: string) => {
    why ??= reason;
    stop.abort();
  };
  const late = setTimeout(() => give(`git took longer than ${patience / 1_000} seconds`), patience);
  const watching = folder === undefined ? undefined : setInterval(() => void watch(folder), 1_000);
  const watch = async (of: string) => {
    if (!(await isWithinBounds(of)))
      give(`the checkout has more than ${mostBytes / 2 ** 20} MiB or ${mostFiles} files`);
  };
  const abort = () => give("Meridian is stopping");
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const said = await run([...settings, ...allowed, ...args], folder, stop.signal);
    if (why !== undefined) return { ok: false, why };
    if (folder !== undefined && !(await isWithinBounds(folder))) return { ok: false, why: "the checkout is too large" };
    return said;
  } finally {
    clearTimeout(late);
    clearInterval(watching);
    signal?.removeEventListener("abort", abort);
  }
}

function run(
  args: readonly string[],
  cwd: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly said: string } | { readonly ok: false; readonly why: string }> {
  return new Promise((resolve) => {
    const child = spawn("git", args, {
      ...(cwd !== undefined && { cwd }),
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
    let said = "";
    let complained = "";
    child.stdout.on("data", (chunk: Buffer) => void (said = (said + chunk.toString("latin1")).slice(0, 65_536)));
    child.stderr.on("data", (chunk: Buffer) => void (complained = (complained + chunk.toString("utf8")).slice(-2_000)));
    child.once("error", (error) =>
      resolve({ ok: false, why: `git cannot be run: ${"code" in error ? String(error.code) : error.message}` }),
    );
    child.once("close", (code) =>
      resolve(code === 0 ? { ok: true, said } : { ok: false, why: lastLine(complained) || `git ended with ${code}` }),
    );
  });
}

/** What git says of itself may name a person and their password; addresses are shown without. */
function lastLine(text: string): string {
  const lines = text.trim().split("\n");
  return (lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? "")
    .replace(/\/\/[^@/\s]*@/g, "//")
    .replace(/\p{Cc}/gu, " ")
    .slice(0, 300);
}

async function isWithinBounds(folder: string): Promise<boolean> {
  let bytes = 0;
  let files = 0;
  const left = [folder];
  while (left.length > 0) {
    const at = left.pop()!;
    // What git moves away while we look counts next time.
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      if (++files > mostFiles) return false;
      if (entry.isDirectory()) left.push(join(at, entry.name));
      else bytes += (await lstat(join(at, entry.name)).catch(() => ({ size: 0 }))).size;
      if (bytes > mostBytes) return false;
    }
  }
  return true;
}
