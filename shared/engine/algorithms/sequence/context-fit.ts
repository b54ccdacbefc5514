import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { Steps } from "../../in-steps.ts";
import type { FitInput, FitTask } from "../fit/algorithm.ts";
import { requireInteractions } from "../fit/fit-guards.ts";
import { PackedSimilarityFit } from "../item-knn/packed-similarity-fit.ts";
import type { PackedRows } from "../item-matrix/packed-rows.ts";
import { ContextRows, type ContextRule } from "./context-rows.ts";
import { knownShare, withKnownShare } from "./known-share.ts";
import { orderedInput, requireOrder } from "./ordered-input.ts";
import type { RecencyRule } from "./recency.ts";
import { createRecencyModel } from "./recency-model.ts";

export interface ContextFit {
  readonly algorithm: AlgorithmName;
  /** Of the names of sections. */
  readonly prefix: string;
  readonly recency: RecencyRule;
  /** The share that known items count; null for one by the data. */
  readonly known: number | null;
  readonly ruleFor: (sequences: Sequences) => ContextRule;
}

/** Fits the rows of what stands around each item. Throws `BAD_DATA` where no order is known. */
export function beginContextFit(
  input: FitInput,
  { algorithm, prefix, recency, known, ruleFor }: ContextFit,
  checkpoint?: readonly Section[],
): FitTask {
  requireInteractions(input);
  requireOrder(algorithm, input);
  const plan = {
    *prepare(): Steps<ContextRows> {
      const sequences = yield* orderedInput(algorithm, input);
      return yield* ContextRows.prepare(input, sequences, ruleFor(sequences));
    },
    createModel: (rows: PackedRows) =>
      withKnownShare(
        createRecencyModel({ algorithm, prefix, rows, rule: recency }),
        knownShare(known, input),
      ),
  };
  return new PackedSimilarityFit(input, plan, checkpoint);
}
