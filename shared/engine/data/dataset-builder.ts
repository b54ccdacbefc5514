import { EngineError } from "../engine-error.ts";
import type { Dataset } from "./dataset.ts";
import { IdMapBuilder } from "./id-map.ts";
import { InteractionLog } from "./interaction-log.ts";
import { mergeRepeats, sortByUser } from "./sort-interactions.ts";

/** Hands the thread over for a moment; resolves when it is the caller's turn again. */
export type Breathe = () => Promise<void>;

export interface DatasetBuilderOptions {
  /** Whether interactions carry a time. */
  readonly hasTimes: boolean;
  /** More rows than this are refused; see DEFAULT_MAX_ROWS. */
  readonly maxRows?: number;
}

export interface BuiltDataset {
  readonly dataset: Dataset;
  /** Rows that repeated a (user, item) pair. */
  readonly duplicateCount: number;
}

// 36 bytes a row at the peak (log and first sort) and the id maps: 2.2 M rows stay under the engine's 96 MB.
export const DEFAULT_MAX_ROWS = 2_200_000;

/** Collects interactions row by row and turns them into a `Dataset`. */
export class DatasetBuilder {
  readonly #users = new IdMapBuilder();
  readonly #items = new IdMapBuilder();
  readonly #log: InteractionLog;
  readonly #maxRows: number;

  constructor(options: DatasetBuilderOptions) {
    this.#log = new InteractionLog(options.hasTimes);
    this.#maxRows = options.maxRows ?? DEFAULT_MAX_ROWS;
  }

  get rowCount(): number {
    return this.#log.length;
  }

  /**
   * Adds one interaction. The weight must be finite and > 0; `timeMs` is epoch milliseconds, or NaN when unknown, and is ignored
   * by a builder without times. Throws UNSUPPORTED past the row limit.
   */
  add(user: string, item: string, weight: number, timeMs: number): void {
    if (this.#log.length >= this.#maxRows) {
      throw new EngineError("UNSUPPORTED", `The file has more than ${this.#maxRows} interactions.`);
    }
    this.#log.push(this.#users.intern(user), this.#items.intern(item), weight, timeMs);
  }

  /** Sorts, merges repeats (weights summed, newest time kept) and hands over the dataset. The builder is spent afterwards. */
  async finish(breathe: Breathe): Promise<BuiltDataset> {
    const rowCount = this.#log.length;
    const sorted = await sortByUser(this.#log, this.#users.size, this.#items.size, breathe);
    const { userItems, times } = await mergeRepeats(sorted, this.#items.size, breathe);
    const dataset = { users: this.#users.finish(), items: this.#items.finish(), userItems, times };
    return { dataset, duplicateCount: rowCount - userItems.indices.length };
  }
}
