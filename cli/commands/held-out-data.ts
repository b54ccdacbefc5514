import type { Dataset } from "#engine/data/dataset.ts";
import { alignTest } from "#engine/split/align-test.ts";
import { COLD_RATIO, COLD_SCHEMES, type ColdScheme, splitCold } from "#engine/split/cold-split.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import { isNextItem } from "#engine/split/split-config.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { withIdsOf } from "#engine/split/with-ids-of.ts";
import { decimal } from "../options/command-line.ts";
import { type ReadSettings, testSettingsOf } from "../options/data-options.ts";
import { type SplitValues, splitConfigOf } from "../options/split-options.ts";
import { UsageError } from "../options/usage-error.ts";
import type { MeasureInput } from "../tune/measure.ts";
import { lastPartOf } from "../tune/study-data.ts";

/** What an evaluation fits on and what it measures on. */
export interface HeldOutData extends Pick<MeasureInput, "train" | "test" | "features" | "candidates"> {
  readonly sequences?: MeasureInput["sequences"];
  readonly sessions?: MeasureInput["sessions"];
  readonly queries?: MeasureInput["queries"];
  readonly notes: readonly string[];
  readonly coldUserCount: number;
  readonly unknownItemCount: number;
  readonly split: object | null;
}

export interface HeldOutRequest {
  readonly values: SplitValues & { readonly data?: string; readonly train?: string; readonly test?: string };
  readonly settings: ReadSettings;
  readonly seed: number;
  readonly load: (path: string, settings: ReadSettings) => Promise<Dataset>;
  readonly describe: DescribeData;
}

/** Adds what tables say of the items and users of a dataset. */
export interface DescribeData {
  /** The sides that have a table. */
  readonly sides: { readonly items: boolean; readonly users: boolean };
  readonly withFeatures: (dataset: Dataset) => Promise<Dataset>;
}

/** The train and test parts: either two files, or one file and a split. Throws `UsageError`. */
export async function heldOutData(request: HeldOutRequest): Promise<HeldOutData> {
  const { values, settings, seed, load, describe } = request;
  const { data, train, test } = values;
  const scheme = COLD_SCHEMES.find((name) => name === values.split);
  const config = scheme ? null : splitConfigOf(values, settings);
  if (data === undefined) {
    if (scheme || config !== null) throw new UsageError("--split cuts one file: name it with --data.");
    if (train === undefined) throw new UsageError("--train is missing.");
    if (test === undefined) throw new UsageError("--test is missing.");
    const fitted = await load(train, settings);
    return fromFiles(fitted, await load(test, testSettingsOf(settings)), test, describe);
  }
  if (train !== undefined || test !== undefined) {
    throw new UsageError("--data is one file for both parts; it does not go with --train or --test.");
  }
  const described = async () => describe.withFeatures(await load(data, settings));
  if (scheme) return coldPart(await described(), scheme, coldRatioOf(values), seed);
  if (config === null)
    throw new UsageError(
      "--data needs --split RG, TG, TU, cold-items, cold-users, next-item, sessions or time.",
    );
  const dataset = await described();
  if (isNextItem(config.scheme)) {
    const parts = lastPartOf(dataset, config);
    const counts = { coldUserCount: 0, unknownItemCount: 0, notes: [] };
    return { ...parts, ...counts, features: dataset.features, split: { ...config, seed } };
  }
  const cut = splitTrainTest(dataset, config, seed);
  const { train: seen, heldout, heldoutUserCount, heldoutFrom } = cut;
  const from = heldoutFrom === null || settings.isOrdered ? null : new Date(heldoutFrom).toISOString();
  return {
    ...{ train: seen, features: dataset.features, notes: [], unknownItemCount: 0 },
    ...orderWithin(dataset, seen),
    coldUserCount: countColdUsers(seen.indptr, heldout.indptr),
    test: { seen, heldout, disliked: dataset.disliked, unknownHeldout: new Uint32Array(seen.rowCount) },
    split: { ...config, seed, heldout_users: heldoutUserCount, heldout_from: from },
  };
}

function coldRatioOf(values: SplitValues): number {
  const other = (["n-heldout", "test-user-ratio", "n-test-users"] as const).find(
    (name) => values[name] !== undefined,
  );
  if (other)
    throw new UsageError(
      `--${other} has no meaning for --split ${values.split}, which holds all of them out.`,
    );
  const text = values["heldout-ratio"];
  return text === undefined ? COLD_RATIO : decimal("heldout-ratio", text, 0, 1);
}

/** One part of a dataset without any interaction of some items or users. */
export function coldPart(dataset: Dataset, scheme: ColdScheme, ratio: number, seed: number): HeldOutData {
  const { train, heldout, cold, candidates } = splitCold(dataset.userItems, scheme, ratio, seed);
  return {
    ...{ train, candidates, features: dataset.features, notes: [], unknownItemCount: 0 },
    coldUserCount: countColdUsers(train.indptr, heldout.indptr),
    test: {
      ...{ seen: train, heldout, disliked: dataset.disliked },
      unknownHeldout: new Uint32Array(train.rowCount),
    },
    split: { scheme, heldout_ratio: ratio, seed, [scheme.replace("-", "_")]: cold.length },
  };
}

/**
 * The parts of two files. Items and users of the test file that a table describes are scored by their properties. If it has no item
 * with training data, its items are ranked among themselves, as cold items are elsewhere.
 */
export async function fromFiles(
  train: Dataset,
  test: Dataset,
  testPath: string,
  describe: DescribeData,
): Promise<HeldOutData> {
  const before = alignTest(train, test);
  const dataset = await describe.withFeatures(withIdsOf(train, test, describe.sides));
  const aligned =
    dataset.items === train.items && dataset.users === train.users ? before : alignTest(dataset, test);
  const { coldUserCount, unknownItemCount, repeatedCount } = before;
  const areAllNew = describe.sides.items && unknownItemCount === test.items.size;
  const candidates = areAllNew ? indicesFrom(train.items.size, dataset.items.size) : undefined;
  const notes = [
    ...(coldUserCount > 0
      ? [
          `${testPath}: ${coldUserCount} users have no training data; they get ` +
            `${describe.sides.users ? "what their properties say" : "the most popular items"}.`,
        ]
      : []),
    ...(unknownItemCount > 0 ? [newItemsText(testPath, unknownItemCount, describe, areAllNew)] : []),
    ...(repeatedCount > 0
      ? [`${testPath}: ${repeatedCount} interactions are in the training data too; they count as not found.`]
      : []),
  ];
  return {
    ...{ train: dataset.userItems, features: dataset.features, test: aligned, candidates, notes },
    ...{ coldUserCount, unknownItemCount, split: null },
  };
}

function newItemsText(path: string, count: number, { sides }: DescribeData, areAllNew: boolean): string {
  if (!sides.items) return `${path}: ${count} items have no training data; they count as not found.`;
  const among = areAllNew ? "; they are all there is, and are ranked among themselves" : "";
  return `${path}: ${count} items have no training data; they are scored by their properties${among}.`;
}

function indicesFrom(first: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - first }, (_, at) => first + at);
}

function countColdUsers(train: Uint32Array, heldout: Uint32Array): number {
  let count = 0;
  for (let user = 0; user + 1 < train.length; user++) {
    if (train[user] === train[user + 1] && heldout[user] !== heldout[user + 1]) count++;
  }
  return count;
}
