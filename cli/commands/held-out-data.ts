import type { Dataset } from "#engine/data/dataset.ts";
import { alignTest } from "#engine/split/align-test.ts";
import { COLD_RATIO, COLD_SCHEMES, type ColdScheme, splitCold } from "#engine/split/cold-split.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { decimal } from "../options/command-line.ts";
import { type ReadSettings, testSettingsOf } from "../options/data-options.ts";
import { type SplitValues, splitConfigOf } from "../options/split-options.ts";
import { UsageError } from "../options/usage-error.ts";
import type { MeasureInput } from "../tune/measure.ts";

/** What an evaluation fits on and what it measures on. */
export interface HeldOutData extends Pick<MeasureInput, "train" | "test" | "features" | "candidates"> {
  readonly notes: readonly string[];
  readonly coldUserCount: number;
  readonly unknownItemCount: number;
  readonly split: object | null;
}

export interface HeldOutRequest {
  readonly values: SplitValues & { readonly data?: string; readonly train?: string; readonly test?: string };
  readonly settings: ReadSettings;
  readonly seed: number;
  /** Reads a file; with features where there are tables of them. */
  readonly load: (path: string, settings: ReadSettings) => Promise<Dataset>;
}

/** The train and test parts: either two files, or one file and a split. Throws `UsageError`. */
export async function heldOutData({ values, settings, seed, load }: HeldOutRequest): Promise<HeldOutData> {
  const { data, train, test } = values;
  const scheme = COLD_SCHEMES.find((name) => name === values.split);
  const config = scheme ? null : splitConfigOf(values, settings);
  if (data === undefined) {
    if (scheme || config !== null) throw new UsageError("--split cuts one file: name it with --data.");
    if (train === undefined) throw new UsageError("--train is missing.");
    if (test === undefined) throw new UsageError("--test is missing.");
    return fromFiles(await load(train, settings), await load(test, testSettingsOf(settings)), test);
  }
  if (train !== undefined || test !== undefined) {
    throw new UsageError("--data is one file for both parts; it does not go with --train or --test.");
  }
  if (scheme) return coldPart(await load(data, settings), scheme, coldRatioOf(values), seed);
  if (config === null) throw new UsageError("--data needs --split RG, TG, TU, cold-items or cold-users.");
  const dataset = await load(data, settings);
  const cut = splitTrainTest(dataset, config, seed);
  const { train: seen, heldout, heldoutUserCount, heldoutFrom } = cut;
  const from = heldoutFrom === null || settings.isOrdered ? null : new Date(heldoutFrom).toISOString();
  return {
    ...{ train: seen, features: dataset.features, notes: [], unknownItemCount: 0 },
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

function fromFiles(train: Dataset, test: Dataset, testPath: string): HeldOutData {
  const aligned = alignTest(train, test);
  const { coldUserCount, unknownItemCount, repeatedCount } = aligned;
  const notes = [
    ...(coldUserCount > 0
      ? [`${testPath}: ${coldUserCount} users have no training data; they get the most popular items.`]
      : []),
    ...(unknownItemCount > 0
      ? [`${testPath}: ${unknownItemCount} items have no training data; they count as not found.`]
      : []),
    ...(repeatedCount > 0
      ? [`${testPath}: ${repeatedCount} interactions are in the training data too; they count as not found.`]
      : []),
  ];
  return {
    ...{ train: train.userItems, features: train.features, test: aligned, notes },
    ...{ coldUserCount, unknownItemCount, split: null },
  };
}

function countColdUsers(train: Uint32Array, heldout: Uint32Array): number {
  let count = 0;
  for (let user = 0; user + 1 < train.length; user++) {
    if (train[user] === train[user + 1] && heldout[user] !== heldout[user + 1]) count++;
  }
  return count;
}
