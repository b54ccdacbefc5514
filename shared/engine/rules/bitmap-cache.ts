import type { Bitmap } from "../catalogue/bitmap.ts";

/** The bitmaps kept for one catalogue: a hundred and more for 40,000 items cost half of it. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Keeps finished bitmaps by name within a bound of bytes; the one longest unused goes first. */
export class BitmapCache {
  readonly #kept = new Map<string, Bitmap>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): Bitmap | undefined {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  /** Keeps the bitmap itself, which nobody may change after that. */
  set(key: string, bitmap: Bitmap): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, bitmap);
    this.#bytes += bitmap.byteLength + key.length * 2;
    for (const [oldest, { byteLength }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes || this.#kept.size === 1) return;
      this.#kept.delete(oldest);
      this.#bytes -= byteLength + oldest.length * 2;
    }
  }
}
