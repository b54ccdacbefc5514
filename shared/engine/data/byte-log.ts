const encoder = new TextEncoder();

/** Texts one after another as UTF-8, with offsets: text i is `bytes[offsets[i] … offsets[i+1])`. */
export class ByteLog {
  #bytes = new Uint8Array(4096);
  #offsets = new Uint32Array(257);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get byteLength(): number {
    return this.#offsets[this.#size] as number;
  }

  push(text: string): void {
    const start = this.byteLength;
    const needed = start + text.length * 3;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, needed));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    if (this.#size + 2 > this.#offsets.length) {
      const larger = new Uint32Array(this.#offsets.length * 2);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start));
    this.#size++;
    this.#offsets[this.#size] = start + written;
  }

  /** The texts, cut to size. */
  finish(): { bytes: Uint8Array; offsets: Uint32Array } {
    return { bytes: this.#bytes.slice(0, this.byteLength), offsets: this.#offsets.slice(0, this.#size + 1) };
  }
}
