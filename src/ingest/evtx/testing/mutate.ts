/** Small, fast, seeded random numbers (mulberry32): one number finds a failing mutation again. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const boundaries = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/** A damaged copy of `log`, always the same for one seed: what disks, networks and attackers do to files. */
export function mutate(log: Uint8Array, seed: number): Buffer {
  const next = random(seed);
  let bytes = Buffer.from(log);
  for (let times = 1 + next(8); times > 0; times--) {
    const at = next(bytes.length - 8);
    const size = 1 + next(300);
    switch (next(8)) {
      case 0:
        bytes[at] = bytes[at]! ^ (1 << next(8));
        break;
      case 1:
        bytes[at] = next(256);
        break;
      case 2:
        bytes.writeUInt32LE(boundaries[next(boundaries.length)]!, at);
        break;
      case 3:
        bytes.writeUInt16LE(next(0x10000), at);
        break;
      case 4:
        bytes.fill(0, at, Math.min(at + size, bytes.length));
        break;
      case 5:
        bytes.copyWithin(at, next(bytes.length), next(bytes.length));
        break;
      case 6:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(next(at + 1), at), bytes.subarray(at)]);
    }
  }
  return next(4) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
}
