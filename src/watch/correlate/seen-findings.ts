/** Ids of findings that were observed, each as long as it may come again. */
export class SeenFindings {
  /** Oldest first: the order of adding. */
  readonly #at = new Map<string, number>();

  has(id: string): boolean {
    return this.#at.has(id);
  }

  add(id: string, at: number): void {
    this.#at.delete(id);
    this.#at.set(id, at);
  }

  forgetBefore(at: number): void {
    for (const [id, when] of this.#at) {
      if (when >= at) return;
      this.#at.delete(id);
    }
  }
}
