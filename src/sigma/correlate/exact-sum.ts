/**
 * The sum of numbers that come and go, as if it were computed anew each time: a running sum in floating point would keep
 * the error of every number that ever went through it, and one huge number would wipe out all others for good. The sum is
 * held as parts that don't overlap (Shewchuk, "Adaptive precision floating-point arithmetic", 1997).
 */
export class ExactSum {
  readonly #parts: number[] = [];

  /** Adds a number; taking one back is adding its negative. Magnitudes up to 1e300. */
  add(number: number): void {
    let sum = number;
    let kept = 0;
    for (const part of this.#parts) {
      const [larger, smaller] = Math.abs(sum) < Math.abs(part) ? [part, sum] : [sum, part];
      sum = larger + smaller;
      const error = smaller - (sum - larger);
      if (error !== 0) this.#parts[kept++] = error;
    }
    this.#parts.length = kept;
    if (sum !== 0) this.#parts.push(sum);
  }

  /** Rounded once, whatever the order in which numbers came and went. */
  get value(): number {
    let at = this.#parts.length - 1;
    let sum = this.#parts[at] ?? 0;
    let error = 0;
    while (error === 0 && at > 0) {
      const whole = sum;
      const part = this.#parts[--at]!;
      sum = whole + part;
      error = part - (sum - whole);
    }
    // Halfway between two floats, the parts below decide.
    const below = this.#parts[at - 1];
    if (below !== undefined && Math.sign(below) === Math.sign(error)) {
      const moved = sum + error * 2;
      if (moved - sum === error * 2) sum = moved;
    }
    return sum;
  }
}
