import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import { isNextItem, type SplitConfig } from "#engine/split/split-config.ts";
import { cutNextItems } from "#engine/split/split-next-items.ts";
import type { SequenceScheme } from "#engine/split/split-sequences.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { type NextItemStudy, nextItemsOf } from "#engine/tune/plan/default-algorithms.ts";
import type { TrialSplit } from "#engine/tune/run/measured-trial.ts";
import type { TuneOptions } from "../options/tune-options.ts";
import type { MeasureInput } from "./measure.ts";
import { chooseStudySplit } from "./study-split.ts";

/** What a winner is fitted to and tested on. */
export type TestData = Pick<MeasureInput, "train" | "sequences" | "sessions" | "queries" | "test">;

/** What a study fits to and measures on. */
export interface StudyData {
  readonly split: {
    readonly config: SplitConfig | { readonly scheme: SequenceScheme };
    /** The reason for this split, as a sentence. */
    readonly reason: string;
  };
  readonly cut: TrialSplit;
  /** Users, or requests, with something held out. */
  readonly heldoutUserCount: number;
  /** What the winner is fitted to. */
  readonly whole: CsrMatrix;
  /** What the winner is tested on, where the split has a test part of its own. */
  readonly test?: TestData | null;
  /** Given where trials are measured by the next item of a sequence. */
  readonly nextItems?: NextItemStudy;
}

/** Cuts a dataset as it was asked for, or in the way that suits it and the test file best. Throws `BAD_PARAMETER`. */
export function cutDataset(dataset: Dataset, test: Dataset | null, options: TuneOptions): StudyData {
  const { split: asked, seed } = options;
  if (asked && isNextItem(asked.scheme)) return cutByNextItems(dataset, asked);
  const split = chooseStudySplit(dataset, test, options);
  const { train, heldout, heldoutUserCount, heldoutItems } = splitTrainTest(
    dataset,
    split.config,
    seed,
    "validation",
  );
  const { disliked, features, userItems: whole } = dataset;
  const order = orderWithin(dataset, train);
  const cut = { train, validation: heldout, validationItems: heldoutItems, disliked, features, ...order };
  return { split, cut, heldoutUserCount, whole };
}

/** Trials are measured on the validation part, and the winner, fitted again with it, on the test part. */
function cutByNextItems(dataset: Dataset, config: SplitConfig): StudyData {
  const { heldout: validation, ...cut } = cutNextItems(dataset, config, "validation");
  return {
    split: { config, reason: "What comes next was asked for." },
    cut: { ...cut, validation, features: dataset.features },
    ...{ heldoutUserCount: validation.rowCount, whole: dataset.userItems },
    nextItems: nextItemsOf(config.scheme) as NextItemStudy,
    test: lastPartOf(dataset, config),
  };
}

/** The test part of a split by what comes next. */
export function lastPartOf(dataset: Dataset, config: SplitConfig): TestData {
  const { train, sequences, sessions, queries, heldout, disliked } = cutNextItems(dataset, config, "test");
  const test = { seen: train, heldout, disliked, unknownHeldout: new Uint32Array(heldout.rowCount) };
  return { train, sequences, sessions, queries, test };
}
