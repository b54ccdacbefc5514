/** A set of 64-bit hashes in 8 bytes a slot: open addressing, at most three quarters full. */
const FIRST_CAPACITY = 64;

export class IdSet {
  #slots = new Uint32Array(2 * FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(high: number, low: number): boolean {
    return this.#slots[this.#slotOf(high, nonZero(low)) + 1] !== 0;
  }

  add(high: number, low: number): void {
    const kept = nonZero(low);
    const slot = this.#slotOf(high, kept);
    if (this.#slots[slot + 1] !== 0) return;
    this.#slots[slot] = high;
    this.#slots[slot + 1] = kept;
    this.#size++;
    if (this.#size * 8 > 3 * this.#slots.length) this.#grow();
  }

  /** The slot that holds the hash, or the free one where it belongs. */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots.length / 2 - 1;
    let at = (high ^ low) & mask;
    for (;;) {
      const found = this.#slots[2 * at + 1];
      if (found === 0 || (found === low && this.#slots[2 * at] === high)) return 2 * at;
      at = (at + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    this.#size = 0;
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at + 1] as number;
      if (low !== 0) this.add(old[at] as number, low);
    }
  }
}

/** 0 marks a free slot, so the hash 0 is stored as 1. */
function nonZero(low: number): number {
  return low === 0 ? 1 : low;
}
