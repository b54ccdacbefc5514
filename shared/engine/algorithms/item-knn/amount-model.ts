import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { EncodeOptions, Model, Profile } from "../fit/algorithm.ts";
import { TouchedScores } from "../fit/touched-scores.ts";
import { powersOf } from "../weighting/weight-powers.ts";

export interface AmountModelParts {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly weightPower: number;
  /** out += amount · row of W. */
  readonly addRow: (item: number, amount: number, out: Float32Array) => void;
  /** The columns of a row of W that are not 0, in one list or several. */
  readonly columnsOf: (item: number) => readonly (Uint16Array | Uint32Array)[];
  /** amount · W[item, column]. */
  readonly entry: (item: number, amount: number, column: number) => number;
  readonly encode: (options?: EncodeOptions) => Section[];
}

/** Scores by score(j) = Σ_{i in profile} weight_i^weightPower · W[i, j], W being kept in a packed form outside the kernels. */
export function createAmountModel({
  algorithm,
  itemCount,
  weightPower,
  addRow,
  columnsOf,
  entry,
  encode,
}: AmountModelParts): Model {
  let touched: TouchedScores | null = null;
  const scoreProfileInto = ({ indices, weights }: Profile, out: Float32Array): void => {
    out.fill(0);
    const amounts = powersOf(weights, weightPower);
    for (let at = 0; at < indices.length; at++) addRow(indices[at] as number, amounts[at] as number, out);
  };
  return {
    algorithm,
    itemCount,
    scoreProfileInto,
    shortlist({ indices, weights }) {
      touched ??= new TouchedScores(itemCount);
      const scores = touched.begin();
      const amounts = powersOf(weights, weightPower);
      for (let at = 0; at < indices.length; at++) {
        const item = indices[at] as number;
        addRow(item, amounts[at] as number, scores);
        for (const columns of columnsOf(item)) touched.touch(columns);
      }
      return touched.shortlist();
    },
    contributionsInto({ indices, weights }, itemIndex, out) {
      const amounts = powersOf(weights, weightPower);
      for (let at = 0; at < indices.length; at++) {
        out[at] = entry(indices[at] as number, amounts[at] as number, itemIndex);
      }
      return true;
    },
    scoreUserInto: (_userIndex, profile, out) => scoreProfileInto(profile, out),
    similarItemsInto(itemIndex, out) {
      out.fill(0);
      addRow(itemIndex, 1, out);
      out[itemIndex] = 0;
    },
    encode,
    dispose() {},
  };
}
