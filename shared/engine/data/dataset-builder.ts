import { EngineError } from "../engine-error.ts";
import type { Breathe } from "./breathe.ts";
import { capWeights } from "./cap-weights.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import { csrRow } from "./csr-row.ts";
import type { Dataset } from "./dataset.ts";
import { assertDatasetRules, type DatasetRules } from "./dataset-rules.ts";
import { type DatasetSequences, keepPlaces } from "./dataset-sequences.ts";
import { decayWeights } from "./decay-weights.ts";
import { separateDislikes } from "./dislikes.ts";
import { hashOfId, IdMapBuilder } from "./id-map.ts";
import { InteractionLog, NO_SESSION } from "./interaction-log.ts";
import { orderPlaces } from "./order-places.ts";
import { sortIds } from "./sort-ids.ts";
import { mergeRepeats, sortByUser } from "./sort-interactions.ts";

export interface DatasetBuilderOptions {
  /** Whether interactions carry a time. */
  readonly hasTimes: boolean;
  /** More rows than this are refused. */
  readonly maxRows?: number;
  /** More memory than this, at the peak of `finish`, is refused; see MAX_BUILD_BYTES. */
  readonly maxBytes?: number;
  readonly rules?: DatasetRules;
  /** Given to keep what users took in its order, which needs times. */
  readonly sessions?: SessionSettings | undefined;
}

export interface SessionSettings {
  /** A session without an id ends before a pause that is longer. */
  readonly gapMs: number;
  /** Whether interactions may carry the id of a session. */
  readonly hasIds: boolean;
}

export interface BuiltDataset {
  readonly dataset: Dataset;
  /** Rows that repeated a (user, item) pair. */
  readonly duplicateCount: number;
}

/** The engine's budget in an isolate. Two million rows with times and short ids fit. */
export const MAX_BUILD_BYTES = 96 * 1024 * 1024;

/** While sorting starts, the log and the rows grouped by item are both there. */
export const PEAK_ROW_BYTES = { withTimes: 20 + 16, withoutTimes: 12 + 8, ofSession: 4 + 4 };
const ROWS_BETWEEN_CHECKS = 4096;

/** UNSUPPORTED: the rows do not fit the memory of one isolate. `scale/ingest` reads such a file in parts. */
export class DatasetTooLarge extends EngineError {
  constructor(message: string) {
    super("UNSUPPORTED", message);
  }
}

/** Collects interactions row by row and turns them into a `Dataset`. */
export class DatasetBuilder {
  readonly #users = new IdMapBuilder();
  readonly #items = new IdMapBuilder();
  readonly #log: InteractionLog;
  readonly #maxRows: number;
  readonly #maxBytes: number;
  readonly #rules: DatasetRules;
  readonly #options: DatasetBuilderOptions;

  constructor(options: DatasetBuilderOptions) {
    this.#options = options;
    this.#log = new InteractionLog(options.hasTimes, options.sessions?.hasIds);
    this.#maxRows = options.maxRows ?? Number.POSITIVE_INFINITY;
    this.#maxBytes = options.maxBytes ?? MAX_BUILD_BYTES;
    this.#rules = options.rules ?? {};
    assertDatasetRules(this.#rules, options.hasTimes);
  }

  get rowCount(): number {
    return this.#log.length;
  }

  /**
   * Adds one interaction. The weight must be finite; zero and below is a dislike. `timeMs` is epoch milliseconds, or NaN when unknown, and is ignored
   * by a builder without times. Throws UNSUPPORTED past the limits.
   * @param session The id of the session, one user's; empty where it has none.
   */
  add(user: string, item: string, weight: number, timeMs: number, session = ""): void {
    if (this.#log.length >= this.#maxRows) {
      throw new EngineError("UNSUPPORTED", `The file has more than ${this.#maxRows} interactions.`);
    }
    if (this.#log.length % ROWS_BETWEEN_CHECKS === 0) this.#refuseTooLarge();
    const counted = this.#rules.duplicates === "binary" ? Math.sign(weight) : weight;
    this.#log.push(this.#users.intern(user), this.#items.intern(item), counted, timeMs, sessionHash(session));
  }

  /** A builder with the rows of some users alone. This one gives its memory back and cannot be used afterwards. */
  ofUsers(isKept: (user: string) => boolean): DatasetBuilder {
    const kept = new DatasetBuilder(this.#options);
    const chosen = Uint8Array.from({ length: this.#users.size }, (_, user) =>
      isKept(this.#users.idAt(user)) ? 1 : 0,
    );
    for (let index = 0; index < this.#log.chunkCount; index++) {
      const { users, items, weights, times } = this.#log.chunk(index);
      for (let row = 0; row < users.length; row++) {
        const user = users[row] as number;
        if (chosen[user] === 0) continue;
        const item = this.#items.idAt(items[row] as number);
        kept.add(this.#users.idAt(user), item, weights[row] as number, times?.[row] ?? Number.NaN);
      }
      this.#log.release(index);
    }
    return kept;
  }

  #refuseTooLarge(): void {
    const { withTimes, withoutTimes, ofSession } = PEAK_ROW_BYTES;
    const rowBytes =
      (this.#log.hasTimes ? withTimes : withoutTimes) + (this.#log.hasSessions ? ofSession : 0);
    const bytes = this.#log.length * rowBytes + this.#users.byteLength + this.#items.byteLength;
    if (bytes <= this.#maxBytes) return;
    const held = `${this.#log.length} interactions, ${this.#users.size} users and ${this.#items.size} items`;
    const megabytes = Math.floor(this.#maxBytes / 1024 / 1024);
    throw new DatasetTooLarge(`The file is too large: ${held} fill ${megabytes} MB, and there are more.`);
  }

  /**
   * Sorts ids and rows, merges repeats (by the rules; the newest time is kept), separates likes from dislikes and returns the
   * dataset. It is the same to the last bit in every order of the rows. The builder cannot be used afterwards.
   */
  async finish(breathe: Breathe): Promise<BuiltDataset> {
    const rowCount = this.#log.length;
    const { halfLifeMs, duplicates = "sum" } = this.#rules;
    if (halfLifeMs !== undefined) await decayWeights(this.#log, halfLifeMs, breathe);
    const users = await sortIds(this.#users.finish(), breathe);
    const items = await sortIds(this.#items.finish(), breathe);
    await this.#log.renumber(users.newIndexOf, items.newIndexOf, breathe);
    const sorted = await sortByUser(this.#log, users.map.size, items.map.size, breathe);
    const { sessions } = this.#options;
    const sequences = sessions && (await orderPlaces(sorted, sessions.gapMs, breathe));
    const merged = await mergeRepeats(sorted, items.map.size, duplicates, breathe);
    capWeights(merged.userItems.values, this.#rules);
    const matrices = separateDislikes(merged);
    const dataset = {
      ...{ users: users.map, items: items.map, ...matrices },
      ...(sequences && { sequences: withoutDislikes(sequences, matrices.disliked) }),
    };
    return { dataset, duplicateCount: rowCount - merged.userItems.indices.length };
  }
}

/** Never that of no session: hashes of two sessions of one user are the same once in four billion pairs, which joins the two. */
const sessionHash = (id: string): number => (id === "" ? NO_SESSION : Math.max(1, hashOfId(id)));

/** Who dislikes an item in the end is not said to have come to it. */
function withoutDislikes(sequences: DatasetSequences, disliked: CsrMatrix | undefined): DatasetSequences {
  if (!disliked) return sequences;
  return keepPlaces(sequences, (place, user) => {
    const { indices } = csrRow(disliked, user);
    return indices.length === 0 || !indices.includes(sequences.items[place] as number);
  });
}
