# Sourced by the launchers with $here set. Installs what package-lock.json names when node_modules is missing or older,
# and sets NODE24 to a Node of version 24 or newer. What the user has set in the environment stays.
stamp="$here/node_modules/.meridian-lock"
if ! cmp -s "$here/package-lock.json" "$stamp" 2>/dev/null; then
  command -v npm >/dev/null 2>&1 || { echo "meridian: npm is not on the PATH; install Node 18 or newer first" >&2; exit 127; }
  echo "meridian: installing dependencies (once)…" >&2
  (cd "$here" && npm ci --no-audit --no-fund --loglevel=error 1>&2)
  cp "$here/package-lock.json" "$stamp"
fi
NODE24=
for candidate in "$here"/node_modules/node-linux-*/bin/node; do
  [ -x "$candidate" ] && "$candidate" --version >/dev/null 2>&1 && NODE24=$candidate && break
done
if [ -z "$NODE24" ]; then
  NODE24=$(command -v node || true)
  major=$("$NODE24" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
  [ "$major" -ge 24 ] || { echo "meridian: this platform has no bundled Node; install Node 24 or newer" >&2; exit 127; }
fi
# chDB reads on half of libuv's threads and inserts on a quarter; files and DNS want some too. Four is the default. Node reads this once,
# before any of our code runs.
export UV_THREADPOOL_SIZE="${UV_THREADPOOL_SIZE:-12}"
export NODE24
