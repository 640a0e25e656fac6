import { readNetwork } from "../../indicators/address.ts";

export type MmdbValue = string | number | boolean | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

/** A number as `double`, where the format would have it a whole one. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/**
 * A file in the MaxMind DB format 2.0 with records of 24 bits and a tree of IPv6, IPv4 at ::/96 of it: as small as it
 * goes, for tests. Later networks win over earlier ones that they lie in.
 */
export function writeMmdb(
  type: string,
  networks: Readonly<Record<string, MmdbValue | Readonly<Record<string, unknown>>>>,
): Buffer {
  interface Node {
    sides: [Node | number | undefined, Node | number | undefined];
  }
  const root: Node = { sides: [undefined, undefined] };
  const data: Buffer[] = [];
  let size = 0;
  for (const [network, value] of Object.entries(networks)) {
    const read = readNetwork(network);
    if (!read) throw new RangeError(`no network: ${network}`);
    const isFour = read.first.length === 1;
    const bits = [...(isFour ? [0, 0, 0] : []), ...read.first]
      .map((word) => word.toString(2).padStart(32, "0"))
      .join("")
      .slice(0, read.bits + (isFour ? 96 : 0));
    const at = size;
    data.push(encode(value));
    size += data.at(-1)!.length;
    let node = root;
    [...bits].forEach((bit, depth) => {
      const side = Number(bit) as 0 | 1;
      if (depth === bits.length - 1) return void (node.sides[side] = at);
      const next = node.sides[side];
      if (typeof next === "object") node = next;
      else node = node.sides[side] = { sides: [next, next] };
    });
  }
  const nodes: Node[] = [];
  const number = new Map<Node, number>();
  for (const queue = [root]; queue.length > 0;) {
    const node = queue.shift()!;
    number.set(node, nodes.push(node) - 1);
    for (const side of node.sides) if (typeof side === "object") queue.push(side);
  }
  const tree = Buffer.concat(
    nodes.flatMap(({ sides }) =>
      sides.map((side) => {
        const record = Buffer.alloc(3);
        const value =
          side === undefined ? nodes.length : typeof side === "number" ? nodes.length + 16 + side : number.get(side)!;
        record.writeUIntBE(value, 0, 3);
        return record;
      }),
    ),
  );
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_780_000_000,
    database_type: type,
    description: { en: "for tests" },
    ip_version: 6,
    languages: ["en"],
    node_count: nodes.length,
    record_size: 24,
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"), metadata]);
}

/** Types of the format's data section: 2 text, 3 double, 6 unsigned of 32 bits, 7 map, 11 array, 14 boolean. */
function encode(value: unknown): Buffer {
  if (typeof value === "string") return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "boolean") return control(14, value ? 1 : 0);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (value instanceof Double) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value.value);
    return Buffer.concat([control(3, 8), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, one]) => [encode(key), encode(one)])]);
}

function control(type: number, size: number): Buffer {
  const length = size < 29 ? size : size < 285 ? 29 : 30;
  const more = size < 29 ? [] : size < 285 ? [size - 29] : [(size - 285) >> 8, (size - 285) & 255];
  return type > 7 ? Buffer.from([length, type - 7, ...more]) : Buffer.from([(type << 5) | length, ...more]);
}
