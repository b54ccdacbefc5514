/**
 * A model as it is stored and served: the algorithm's own sections, the ids, each user's history, and the popularity of
 * items. The history is the profile that the model scores and the items to leave out; popularity serves users without known
 * interactions.
 */

import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import type { EncodeOptions, Model } from "../algorithms/fit/algorithm.ts";
import { requireFiniteSections } from "../algorithms/fit/finite-fit.ts";
import { algorithmOf } from "../algorithms/registry.ts";
import type { Artifact } from "../artifact/decode-artifact.ts";
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { checkedRow, checkShape } from "../data/check-csr.ts";
import { countUsers } from "../data/count-users.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { Dataset } from "../data/dataset.ts";
import {
  type HistoryShape,
  historyBytes,
  historySectionsInSteps,
  historyShapeOf,
} from "../data/history-blocks.ts";
import { type IdMap, IdMapBuilder } from "../data/id-map.ts";
import { idMapOfSections, idMapSections } from "../data/id-map-sections.ts";
import { matrixOfBlocks, matrixSections, optionalMatrix } from "../data/matrix-blocks.ts";
import { timeLandmarks } from "../data/time-landmarks.ts";
import { withAges } from "../data/with-ages.ts";
import { EngineError } from "../engine-error.ts";
import type { FeatureTables } from "../features/feature-tables.ts";
import { finishSteps, type Steps } from "../in-steps.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { popularFirst } from "../rank/popular-first.ts";
import { type ModelFeatures, modelFeatureSections, modelFeaturesOf } from "./model-features.ts";

export const USERS = "users";
export const ITEMS = "items";
export const HISTORY = "history";
/** Absent without dislikes, and in models from before dislikes were kept. */
export const DISLIKED = "disliked";
export const POPULARITY = "popularity";
/** Days from each entry of the history to `HISTORY_REFERENCE`, epoch milliseconds; of models that read the order. */
export const HISTORY_AGES = "history.ages";
export const HISTORY_REFERENCE = "history.reference";

/** Histories in blocks, and how to read a block. */
export interface ReadableHistories extends HistoryShape {
  /** Items of the model. */
  readonly itemCount: number;
  readonly readBlock: ReadBlock;
}

/** The bytes of a block, verified. */
export type ReadBlock = (block: number) => Promise<Uint8Array>;

export interface Servable extends ModelFeatures {
  readonly model: Model;
  readonly users: IdMap;
  readonly items: IdMap;
  /**
   * Users × items: what each user interacted with before the training; with ages if the model reads the order. Only its shape is checked:
   * read a row by `historyRow`.
   */
  readonly history: CsrMatrix;
  /** What ages of histories count from, epoch milliseconds; absent where no ages are stored. */
  readonly historyReference?: number;
  /** Users × items with a rating of zero or below; null when there are none. Only its shape is checked: read a row by `dislikedRow`. */
  readonly disliked: CsrMatrix | null;
  /** Number of users who interacted with each item. */
  readonly popularity: Float32Array;
  /** All items, the most popular first. */
  readonly popular: Uint32Array;
  /**
   * Histories that are read one by one. `users`, `history` and `disliked` are then empty, and requests bring what is known of
   * their user; see `historyOfUser`.
   */
  readonly histories?: ReadableHistories;
  /** Items from this index on are newer than the model, the newest first; see `withNewItems`. */
  readonly newFrom?: number;
  /** Features of these items, if the model can score them by these. */
  readonly newFeatures?: CsrMatrix;
}

/** All sections of a trained model. Throws `BAD_DATA` when a stored value is not finite. Arrays are shared with model and dataset where they need no change. */
export function modelSections(model: Model, dataset: Dataset, options?: ModelSectionOptions): Section[] {
  return finishSteps(modelSectionsInSteps(model, dataset, options));
}

export interface ModelSectionOptions extends EncodeOptions {
  /** Larger histories are stored in blocks; by default all are whole. */
  readonly wholeHistoryBytes?: number;
  /** About the size of a block. */
  readonly historyBlockBytes?: number;
  /** Tables of the dataset's items and users, if there are any. */
  readonly tables?: FeatureTables | undefined;
  /** Keep when each interaction was, for a model that reads their order. */
  readonly keepsOrder?: boolean;
}

/** `modelSections` in pieces of a few milliseconds for the model's own sections. */
export function* modelSectionsInSteps(
  model: Model,
  dataset: Dataset,
  options: ModelSectionOptions = {},
): Steps<Section[]> {
  const own = model.encodeInSteps ? yield* model.encodeInSteps(options) : model.encode(options);
  yield* requireFiniteSections(model.algorithm, own);
  const keepsOrder = model.readsOrder === true;
  return [...(yield* datasetSectionsInSteps(dataset, { ...options, keepsOrder })), ...own];
}

/** What every model keeps of the data that it was trained on. Arrays are shared with the dataset where they need no change. */
export function* datasetSectionsInSteps(
  dataset: Dataset,
  {
    wholeHistoryBytes = Number.POSITIVE_INFINITY,
    historyBlockBytes,
    tables,
    keepsOrder,
  }: ModelSectionOptions,
): Steps<Section[]> {
  const isWhole = historyBytes(dataset) <= wholeHistoryBytes;
  const { reference, ages } = keepsOrder ? agesOf(dataset) : NO_AGES;
  return [
    ...idMapSections(dataset.items, ITEMS),
    { name: POPULARITY, data: countUsers(dataset.userItems) },
    ...(isWhole
      ? [...wholeHistories(dataset), ...(ages ? [{ name: HISTORY_AGES, data: ages }] : [])]
      : yield* historySectionsInSteps({ ...dataset, ages }, historyBlockBytes)),
    ...(ages ? [{ name: HISTORY_REFERENCE, data: Float64Array.of(reference) }] : []),
    ...(tables ? modelFeatureSections(tables) : []),
  ];
}

const NO_AGES = { reference: 0, ages: undefined };

/** Null where the data have no times. */
function agesOf({ userItems, times }: Dataset): {
  readonly reference: number;
  readonly ages: Float32Array | undefined;
} {
  if (!times) return NO_AGES;
  const { reference = 0 } = timeLandmarks(times) ?? {};
  return { reference, ages: withAges({ userItems, times }).userItems.ages };
}

function wholeHistories({ users, userItems, disliked }: Dataset): Section[] {
  return [
    ...idMapSections(users, USERS),
    ...matrixSections(userItems, null, HISTORY),
    ...(disliked ? matrixSections(disliked, null, DISLIKED) : []),
  ];
}

/**
 * The servable of a verified artifact of kind `model`. Throws `BAD_ARTIFACT` when its parts do not fit together. What a first list does not
 * read is checked when it is read: rows of histories, and popularity.
 *
 * @param readBlock Reads histories in blocks; without it, models that have them are refused.
 */
export function servableOf(artifact: Artifact, kernels: Kernels, readBlock?: ReadBlock): Servable {
  const { sections, meta } = artifact;
  const model = algorithmOf(algorithmNamed(meta.algorithm)).decode(sections, kernels);
  const items = idMapOfSections(sections, ITEMS);
  const popularity = sectionOf(artifact, POPULARITY, Float32Array);
  expectCount("items in its scores", model.itemCount, items.size);
  expectCount("items in its popularity", popularity.length, items.size);
  const shape = historyShapeOf(sections);
  const known = shape ? noHistories(items.size) : historiesOf(sections, items.size);
  const userCount = shape?.userCount ?? known.users.size;
  let popular: Uint32Array | null = null;
  let isCounted = false;
  const counted = () => {
    if (!isCounted) requireCounts(popularity, userCount);
    isCounted = true;
    return popularity;
  };
  return {
    ...{ model, items, ...known, ...modelFeaturesOf(sections, userCount) },
    ...referenceOf(sections),
    ...(shape && { histories: { ...shape, itemCount: items.size, readBlock: requireReader(readBlock) } }),
    // Lists of recommended items alone need neither: a new isolate answers without.
    get popularity() {
      return counted();
    },
    get popular() {
      popular ??= popularFirst(counted());
      return popular;
    },
  };
}

/** What the training has of a user. Throws `BAD_ARTIFACT` for a row that is broken: a new isolate reads few of a model's rows. */
export function historyRow({ history }: Pick<Servable, "history">, userIndex: number) {
  return checkedRow(history, HISTORY, userIndex);
}

/** The items that a user dislikes. Throws `BAD_ARTIFACT` for a row that is broken. */
export function dislikedRow({ disliked }: Pick<Servable, "disliked">, userIndex: number): Uint32Array {
  return disliked ? checkedRow(disliked, DISLIKED, userIndex).indices : NO_ITEMS;
}

const NO_ITEMS = new Uint32Array();

type WholeHistories = Pick<Servable, "users" | "history" | "disliked">;

function historiesOf(sections: readonly Section[], itemCount: number): WholeHistories {
  const users = idMapOfSections(sections, USERS);
  const { matrix } = matrixOfBlocks(sections, HISTORY, itemCount);
  checkShape(matrix, HISTORY);
  expectCount("users in its history", matrix.rowCount, users.size);
  const history = { ...matrix, ...storedAges(sections, matrix.indices.length) };
  const disliked = optionalMatrix(sections, DISLIKED, users.size, itemCount, checkShape);
  return { users, history, disliked };
}

function storedAges(sections: readonly Section[], entryCount: number): Pick<CsrMatrix, "ages"> {
  if (!sections.some(({ name }) => name === HISTORY_AGES)) return {};
  const ages = sectionOf({ sections }, HISTORY_AGES, Float32Array);
  expectCount("ages in its history", ages.length, entryCount);
  return { ages };
}

function referenceOf(sections: readonly Section[]): Pick<Servable, "historyReference"> {
  if (!sections.some(({ name }) => name === HISTORY_REFERENCE)) return {};
  const [historyReference] = sectionOf({ sections }, HISTORY_REFERENCE, Float64Array);
  return historyReference === undefined ? {} : { historyReference };
}

function noHistories(columnCount: number): WholeHistories {
  const indptr = new Uint32Array(1);
  const history = {
    ...{ rowCount: 0, columnCount, indptr },
    ...{ indices: new Uint32Array(), values: new Float32Array() },
  };
  return { users: new IdMapBuilder().finish(), history, disliked: null };
}

function requireReader(readBlock: ReadBlock | undefined): ReadBlock {
  if (readBlock) return readBlock;
  throw new EngineError("BAD_ARTIFACT", "The model's histories are in blocks, which only serving reads.");
}

/** Throws `BAD_ARTIFACT` for an unknown algorithm. */
export function algorithmNamed(name: unknown): AlgorithmName {
  const algorithm = typeof name === "string" ? findAlgorithm(name) : null;
  if (!algorithm)
    throw new EngineError("BAD_ARTIFACT", `The model's algorithm ${JSON.stringify(name)} is unknown.`);
  return algorithm;
}

function requireCounts(popularity: Float32Array, userCount: number): void {
  for (let item = 0; item < popularity.length; item++) {
    const count = popularity[item] as number;
    if (Number.isInteger(count) && count >= 0 && count <= userCount) continue;
    throw new EngineError("BAD_ARTIFACT", `An item of the model has ${count} users of ${userCount}.`);
  }
}

function expectCount(what: string, got: number, expected: number): void {
  if (got === expected) return;
  throw new EngineError("BAD_ARTIFACT", `The model has ${got} ${what}, expected ${expected}.`);
}
