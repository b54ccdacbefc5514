import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import type { SequenceScheme } from "#engine/split/split-sequences.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { chooseTuningSplit } from "#engine/split/tuning-split.ts";
import type { NextItemStudy } from "#engine/tune/plan/default-algorithms.ts";
import type { TrialSplit } from "#engine/tune/run/measured-trial.ts";
import type { TuneOptions } from "../options/tune-options.ts";

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
  /** Given where trials are measured by the next item of a sequence. */
  readonly nextItems?: NextItemStudy;
}

/** Cuts a dataset as it was asked for, or in the best way that it allows. Throws `BAD_PARAMETER`. */
export function cutDataset(dataset: Dataset, { split: asked, seed }: TuneOptions): StudyData {
  const split = asked ? { config: asked, reason: "It was asked for." } : chooseTuningSplit(dataset);
  const { train, heldout, heldoutUserCount, heldoutItems } = splitTrainTest(
    dataset,
    split.config,
    seed,
    "validation",
  );
  const { disliked, features, userItems: whole } = dataset;
  const cut = { train, validation: heldout, validationItems: heldoutItems, disliked, features };
  return { split, cut, heldoutUserCount, whole };
}
