/** Opens the data folder that it is given, says so, and holds it until it is killed. */
import { openDataFolder } from "../data-folder.ts";

await openDataFolder(process.argv[2] ?? "");
process.stdout.write("held\n");
process.stdin.resume();
