/** The interactions of as many users as fit: of all, else of a share of them that is chosen by the hashes of their ids. */
import { DatasetBuilder, type DatasetBuilderOptions } from "./dataset-builder.ts";

const ALL_HASHES = 2 ** 32;

/** A uniform number of 32 bits: FNV-1a over the characters, whose bits MurmurHash3's finalizer mixes. */
export function mixedHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Users are in the sample whole or not at all. It halves whenever `maxRows` are reached; the order of the rows changes nothing else. */
export class UserSample {
  readonly #maxRows: number;
  #builder: DatasetBuilder;
  #below = ALL_HASHES;

  constructor(options: Omit<DatasetBuilderOptions, "maxRows">, maxRows: number) {
    this.#maxRows = maxRows;
    this.#builder = new DatasetBuilder(options);
  }

  /** The share of the users in the sample. */
  get share(): number {
    return this.#below / ALL_HASHES;
  }

  add(user: string, item: string, weight: number, timeMs: number): void {
    if (!this.#has(user)) return;
    this.#builder.add(user, item, weight, timeMs);
    while (this.#builder.rowCount > this.#maxRows && this.#below > 1) {
      this.#below /= 2;
      this.#builder = this.#builder.ofUsers((id) => this.#has(id));
    }
  }

  #has(user: string): boolean {
    return this.#below === ALL_HASHES || mixedHash(user) < this.#below;
  }

  /** The builder with the rows of the sample, to be finished. */
  get builder(): DatasetBuilder {
    return this.#builder;
  }
}

/** Counts different texts: exactly up to `MAX_HASHES`, beyond within about 1 % by a share of their hashes (Wegman's adaptive sampling). */
export class DistinctCount {
  readonly #hashes = new Set<number>();
  #below = ALL_HASHES;

  add(text: string): void {
    const hash = mixedHash(text);
    if (hash >= this.#below) return;
    this.#hashes.add(hash);
    while (this.#hashes.size > MAX_HASHES) {
      this.#below /= 2;
      for (const kept of this.#hashes) if (kept >= this.#below) this.#hashes.delete(kept);
    }
  }

  get count(): number {
    return Math.round((this.#hashes.size * ALL_HASHES) / this.#below);
  }
}

const MAX_HASHES = 32_768;
