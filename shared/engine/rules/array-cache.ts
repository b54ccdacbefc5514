/** The arrays of one kind kept for one catalogue: a hundred bitmaps and more for 40,000 items cost half of it, twelve arrays of numbers all. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Keeps finished arrays by name within a bound of bytes; the one longest unused goes first. */
export class ArrayCache<Kept extends { readonly byteLength: number }> {
  readonly #kept = new Map<string, Kept>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): Kept | undefined {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  /** Keeps the array itself, which nobody may change after that. */
  set(key: string, array: Kept): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, array);
    this.#bytes += array.byteLength + key.length * 2;
    for (const [oldest, { byteLength }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes || this.#kept.size === 1) return;
      this.#kept.delete(oldest);
      this.#bytes -= byteLength + oldest.length * 2;
    }
  }
}
