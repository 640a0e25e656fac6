import { readFile } from "node:fs/promises";

/**
 * Datagrams that the kernel dropped on sockets bound to a UDP port since they were opened: the last column of
 * /proc/net/udp (Documentation/networking/proc_net_tcp.rst). Undefined where there is no such file.
 */
export async function kernelDrops(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ["udp", "udp6"].map((name) => readFile(`/proc/net/${name}`, "latin1").catch(() => undefined)),
  );
  const known = tables.filter((table) => table !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, table) => sum + dropsIn(table, port), 0);
}

export function dropsIn(table: string, port: number): number {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.split(":")[1] === wanted)
    .reduce((sum, columns) => sum + (Number(columns.at(-1)) || 0), 0);
}
