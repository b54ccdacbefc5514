import { type Bitmap, emptyBitmap } from "../catalogue/bitmap.ts";

/** Arrays for intermediate results of one number of rows, used again by the next rule. Taken and released like a stack. */
export class Scratch {
  readonly #rowCount: number;
  readonly #bitmaps: Bitmap[] = [];
  readonly #numbers: Float64Array[] = [];
  #bitmapsTaken = 0;
  #numbersTaken = 0;

  constructor(rowCount: number) {
    this.#rowCount = rowCount;
  }

  /** A bitmap with old content. */
  bitmap(): Bitmap {
    const at = this.#bitmapsTaken++;
    this.#bitmaps[at] ??= emptyBitmap(this.#rowCount);
    return this.#bitmaps[at];
  }

  /** Numbers with old content. */
  numbers(): Float64Array {
    const at = this.#numbersTaken++;
    this.#numbers[at] ??= new Float64Array(this.#rowCount);
    return this.#numbers[at];
  }

  /** Runs a step and takes back all that it took, also when it throws. */
  within<T>(step: () => T): T {
    const [bitmaps, numbers] = [this.#bitmapsTaken, this.#numbersTaken];
    try {
      return step();
    } finally {
      this.#bitmapsTaken = bitmaps;
      this.#numbersTaken = numbers;
    }
  }
}
