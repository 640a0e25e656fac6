const separators = [",", ";", "\t", "|"] as const;
/** Values that are taken of one row; no real table is as wide. */
const valuesAtMost = 10_000;

/** The values of one row. Quotes may hold separators and newlines; a doubled quote stands for one. */
export function splitRow(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator, valuesAtMost);
  const values: string[] = [];
  let at = 0;
  for (;;) {
    let value = "";
    if (row[at] === '"') {
      at++;
      for (;;) {
        const stop = row.indexOf('"', at);
        if (stop < 0) {
          value += row.slice(at);
          at = row.length;
          break;
        }
        value += row.slice(at, stop);
        at = stop + 1;
        if (row[at] !== '"') break;
        value += '"';
        at++;
      }
    }
    const stop = row.indexOf(separator, at);
    values.push(value + (stop < 0 ? row.slice(at) : row.slice(at, stop)));
    if (stop < 0 || values.length === valuesAtMost) return values;
    at = stop + separator.length;
  }
}

export function looksLikeCsv(text: string): boolean {
  return separatorOf(text) !== undefined;
}

/** The separator that gives the header and the rows behind it the same number of columns; undefined: this is no CSV. */
export function separatorOf(text: string): string | undefined {
  const named = /^sep=(.)\r?\n/.exec(text);
  if (named) return named[1];
  let best: string | undefined;
  let most = 1;
  for (const separator of separators) {
    const rows = firstRows(text, separator);
    const names = rows[0] ?? [];
    if (names.length <= most || !isHeader(names)) continue;
    const fitting = rows.slice(1).filter((row) => row.length === names.length).length;
    const odd = rows.length - 1 - fitting;
    if (odd > Math.max(1, rows.length / 10) || (fitting === 0 && (odd > 0 || names.length < 3))) continue;
    best = separator;
    most = names.length;
  }
  return best;
}

function isHeader(names: readonly string[]): boolean {
  const plain = names.map((name) => name.trim());
  return (
    new Set(plain).size === plain.length &&
    plain.every(
      (name) => /^[\p{L}_@#$][\p{L}\p{N}_@#$ .()/:%*&'?\-[\]{}]{0,99}$/u.test(name) && !/\d:\d\d|[a-z]: /.test(name),
    )
  );
}

/** Rows that end within the text, 32 at most. */
function firstRows(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let from = 0;
  let inQuotes = false;
  for (let at = 0; at <= text.length && rows.length < 32; at++) {
    const char = text[at];
    if (char === '"') {
      const before = at === from ? "\n" : text[at - 1];
      inQuotes = !inQuotes && (before === separator || before === "\n" || before === '"');
    } else if ((char === "\n" && !inQuotes) || (char === undefined && rows.length < 2 && from < at)) {
      const row = text.slice(from, at).replace(/\r$/, "");
      if (row !== "") rows.push(splitRow(row, separator));
      from = at + 1;
    }
  }
  return rows;
}
