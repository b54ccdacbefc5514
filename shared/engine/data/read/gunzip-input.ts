/**
 * The input of a gzip decompressor. zlib takes zeros after a member for the end, and silently skips what follows them. This class
 * remembers the input from the decompressor's position on, and checks the rest.
 */
export class GunzipInput {
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** How many bytes the decompressor has taken. */
  consumed: () => number = () => 0;
  /** Passed on, and perhaps not consumed yet; the first one begins at `#start`. */
  #ahead: Uint8Array[] = [];
  #start = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = this.#watch(chunks);
  }

  async *#watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#forgetTaken();
      this.#ahead.push(chunk);
      yield chunk;
    }
  }

  #forgetTaken(): void {
    const taken = this.consumed();
    for (let first = this.#ahead[0]; first && this.#start + first.length <= taken; first = this.#ahead[0]) {
      this.#start += first.length;
      this.#ahead.shift();
    }
  }

  /** Call it when the decompressor has ended: reads on to the end. Throws for anything but zeros. */
  async requireZeros(): Promise<void> {
    for (;;) {
      this.#forgetTaken();
      let from = this.consumed() - this.#start;
      for (const chunk of this.#ahead) {
        if (chunk.subarray(from).some((byte) => byte !== 0)) {
          throw new Error("data follow the zeros after the last gzip member");
        }
        this.#start += chunk.length;
        from = 0;
      }
      this.#ahead = [];
      if ((await this.chunks.next()).done) return;
    }
  }
}
