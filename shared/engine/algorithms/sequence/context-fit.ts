import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Steps } from "../../in-steps.ts";
import type { FitInput, FitTask } from "../fit/algorithm.ts";
import { keptCount, requireInteractions } from "../fit/fit-guards.ts";
import { PackedSimilarityFit } from "../item-knn/packed-similarity-fit.ts";
import type { PackedRows } from "../item-matrix/packed-rows.ts";
import { ContextRows, type ContextRule } from "./context-rows.ts";
import { knownShare, withKnownShare } from "./known-share.ts";
import { orderedInput, requireOrder } from "./ordered-input.ts";
import { recencyRuleOf } from "./recency.ts";
import { createRecencyModel } from "./recency-model.ts";
import { rowWeights } from "./row-weights.ts";

/** The parameters that all fits of what stands around an item have, beside those of `RECENCY`. */
type ContextParams = AlgorithmParams & {
  readonly top_k: number | null;
  readonly row_power: number;
  readonly column_power: number;
  readonly row_recency: number | null;
  readonly known_share: number | null;
};

export interface ContextFit {
  readonly algorithm: AlgorithmName;
  /** Of the names of sections. */
  readonly prefix: string;
  readonly params: ContextParams;
  readonly around: Pick<ContextRule, "after" | "before" | "nearestOnly">;
}

/** Fits the rows of what stands around each item. Throws `BAD_DATA` where no order is known. */
export function beginContextFit(
  input: FitInput,
  { algorithm, prefix, params, around }: ContextFit,
  checkpoint?: readonly Section[],
): FitTask {
  requireInteractions(input);
  requireOrder(algorithm, input);
  const plan = {
    *prepare(): Steps<ContextRows> {
      const sequences = yield* orderedInput(algorithm, input);
      return yield* ContextRows.prepare(input, sequences, {
        ...around,
        rowWeights: rowWeights(sequences, params.row_recency),
        ...{ rowPower: params.row_power, columnPower: params.column_power, topK: keptCount(params.top_k) },
      });
    },
    createModel: (rows: PackedRows) =>
      withKnownShare(
        createRecencyModel({ algorithm, prefix, rows, rule: recencyRuleOf(params) }),
        knownShare(params.known_share, input),
      ),
  };
  return new PackedSimilarityFit(input, plan, checkpoint);
}
