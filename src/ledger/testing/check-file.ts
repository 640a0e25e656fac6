/** Checks an export as `meridian ledger verify` does: `check-file.ts FILE KEY`. Says what it found, and its peak in MiB. */
import { checkExport } from "../check-export-file.ts";
import { readKey } from "../read-key.ts";

const [file = "", text = ""] = process.argv.slice(2);
const key = readKey(text);
const { entries, tamperings } = await checkExport({ file, keys: key ? [key] : [], witnesses: [] });
console.log(JSON.stringify({ entries, tamperings, peak: process.resourceUsage().maxRSS / 1024 }));
