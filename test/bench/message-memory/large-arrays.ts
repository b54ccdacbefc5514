/** Which large arrays are in use, and which code made them. */

/** Smaller ones are not named. */
const NAMED_BYTES = 800_000;
const FRAMES = 3;

interface Made {
  readonly bytes: number;
  readonly by: string;
}

export class LargeArrays {
  readonly #made = new Set<Made>();
  // A weak reference would keep its array until the end of the turn; this only tells late of an array that is gone.
  readonly #gone = new FinalizationRegistry<Made>((made) => this.#made.delete(made));

  constructor() {
    Error.stackTraceLimit = 30;
  }

  add({ buffer, byteLength }: ArrayBufferView): void {
    if (byteLength < NAMED_BYTES) return;
    const frames = (new Error("made").stack ?? "").split("\n").slice(1);
    const own = frames.filter((frame) => frame.includes("/shared/") || frame.includes("/workers/"));
    const by = own.slice(0, FRAMES).map((frame) => frame.replace(/^\s*at /, "").replace(/\(?file:.*\//, "("));
    const made = { bytes: byteLength, by: by.join(" < ") || "the bench" };
    this.#made.add(made);
    this.#gone.register(buffer, made);
  }

  /** The largest first, each with its megabytes. Some may be gone since this turn of the event loop began. */
  describe(): string[] {
    const counts = new Map<string, number>();
    for (const { bytes, by } of this.#made) {
      const line = `${(bytes / 1e6).toFixed(1)} ${by}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    const lines = [...counts].map(([line, count]) => (count > 1 ? `${count} × ${line}` : line));
    return lines.sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a));
  }
}
