/**
 * Divides a dataset into three parts so that no score is measured on data that influenced it. Trials fit on train and are
 * compared on validation. The winner is fitted again on both and measured on test, which no trial has seen.
 */

import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { SideFeatures } from "../data/side-features.ts";
import { createRandom } from "../random.ts";
import { extractPart } from "./csr-parts.ts";
import { type HoldOut, holdOut, PART, type Steps } from "./hold-out.ts";
import {
  assertSplitConfig,
  badSetting,
  isCold,
  isNextItem,
  type SplitConfig,
  type SplitInput,
} from "./split-config.ts";

/** Three matrices of the dataset's own shape, without an entry in common. */
export interface Split {
  readonly scheme: SplitConfig["scheme"];
  readonly train: CsrMatrix;
  readonly validation: CsrMatrix;
  readonly test: CsrMatrix;
  /**
   * Ratings of zero or below, in no part: no model learns from them, and they are not recommended. Absent when there are none.
   */
  readonly disliked?: CsrMatrix | undefined;
  /** Of all items and users, whichever part they are in. */
  readonly features?: SideFeatures | undefined;
  /** Cold items of each part: they are ranked among themselves. Absent in other schemes, which rank all items. */
  readonly validationItems?: Uint32Array | undefined;
  readonly testItems?: Uint32Array | undefined;
  readonly describe: SplitDescription;
}

export interface SplitDescription {
  readonly config: SplitConfig;
  readonly seed: number;
  readonly userCount: number;
  readonly itemCount: number;
  readonly trainCount: number;
  readonly validationCount: number;
  readonly testCount: number;
  /** TG with fewer test users than all: interactions at or after a cut of users who were not drawn. */
  readonly unusedCount: number;
  readonly validationUserCount: number;
  readonly testUserCount: number;
  /** Users with held-out interactions but none in train; only TG and cold users make them. */
  readonly coldUserCount: number;
  /** TG: first moment that is held out, epoch milliseconds. */
  readonly validationFrom: number | null;
  readonly testFrom: number | null;
  /** A description of the split in a sentence or two. */
  readonly method: string;
}

/**
 * Splits a dataset. Test is held out first, then validation out of the remainder by the same scheme, ratio and number of users
 * (drawn again). Same dataset, config and seed: the same split.
 *
 * Users with too few interactions to hold one out (fewer than 1 / heldout_ratio, or a single one) stay wholly in train. With RG
 * and TU every user keeps at least one there. Throws `BAD_PARAMETER` for settings that leave a part empty.
 */
export function splitDataset(dataset: SplitInput, config: SplitConfig, seed: number): Split {
  const steps = splitInSteps(dataset, config, seed);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * `splitDataset` for callers that must not block: yields between pieces of work of tens of milliseconds on a million
 * interactions.
 */
export function* splitInSteps(dataset: SplitInput, config: SplitConfig, seed: number): Steps<Split> {
  assertSplitConfig(config, dataset);
  if (isNextItem(config.scheme))
    throw badSetting(`scheme ${config.scheme} measures requests; see cutNextItems.`);
  const { userItems } = dataset;
  const parts = new Uint8Array(userItems.indices.length);
  const random = createRandom(seed);
  const testCut = yield* holdOut(dataset, config, "test", parts, random);
  const validationCut = yield* holdOut(dataset, config, "validation", parts, random);

  yield;
  const train = extractPart(userItems, parts, PART.train);
  yield;
  const validation = extractPart(userItems, parts, PART.validation);
  yield;
  const test = extractPart(userItems, parts, PART.test);
  yield;
  const describe = {
    config,
    seed,
    ...countParts(userItems, train, validation, test),
    validationUserCount: validationCut.userCount,
    testUserCount: testCut.userCount,
    validationFrom: validationCut.cutAt,
    testFrom: testCut.cutAt,
    method: describeMethod(config, validationCut, testCut),
  };
  const { disliked, features } = dataset;
  const items = { validationItems: validationCut.items, testItems: testCut.items };
  return { scheme: config.scheme, train, validation, test, disliked, features, ...items, describe };
}

function countParts(userItems: CsrMatrix, train: CsrMatrix, validation: CsrMatrix, test: CsrMatrix) {
  const rowLength = ({ indptr }: CsrMatrix, row: number) =>
    (indptr[row + 1] as number) - (indptr[row] as number);
  let coldUserCount = 0;
  for (let user = 0; user < userItems.rowCount; user++) {
    if (rowLength(train, user) === 0 && rowLength(validation, user) + rowLength(test, user) > 0)
      coldUserCount++;
  }
  const [trainCount, validationCount, testCount] = [
    train.indices.length,
    validation.indices.length,
    test.indices.length,
  ];
  return {
    userCount: userItems.rowCount,
    itemCount: userItems.columnCount,
    trainCount,
    validationCount,
    testCount,
    unusedCount: userItems.indices.length - trainCount - validationCount - testCount,
    coldUserCount,
  };
}

function describeMethod(config: SplitConfig, validationCut: HoldOut, testCut: HoldOut): string {
  const { scheme, n_heldout, heldout_ratio } = config;
  if (isCold(scheme)) {
    const what = scheme === "cold-items" ? "items" : "users";
    return (
      `Test holds all interactions of a random ${heldout_ratio} of the ${what}, of ${testCut.userCount} users; ` +
      `validation was cut out of the remainder in the same way, with ${validationCut.userCount} users.`
    );
  }
  const amount = n_heldout === null ? `${heldout_ratio} of the` : `${n_heldout}`;
  const what =
    scheme === "TG"
      ? `all interactions from one moment on (the newest ${heldout_ratio} of all)`
      : `${scheme === "TU" ? "the latest" : "random"} ${amount} interactions of each drawn user`;
  return (
    `Test holds ${what}, for ${testCut.userCount} users; ` +
    `validation was cut out of the remainder in the same way, for ${validationCut.userCount} users.`
  );
}
