import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Model, Profile } from "../fit/algorithm.ts";
import { powersOf } from "../weighting/weight-powers.ts";

export interface AmountModelParts {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly weightPower: number;
  /** out += amount · row of W. */
  readonly addRow: (item: number, amount: number, out: Float32Array) => void;
  readonly encode: () => Section[];
}

/** Scores by score(j) = Σ_{i in profile} weight_i^weightPower · W[i, j], W being kept in a packed form outside the kernels. */
export function createAmountModel({
  algorithm,
  itemCount,
  weightPower,
  addRow,
  encode,
}: AmountModelParts): Model {
  const scoreProfileInto = ({ indices, weights }: Profile, out: Float32Array): void => {
    out.fill(0);
    const amounts = powersOf(weights, weightPower);
    for (let at = 0; at < indices.length; at++) addRow(indices[at] as number, amounts[at] as number, out);
  };
  /** All zeros between two uses. */
  let alone: Float32Array | null = null;
  return {
    algorithm,
    itemCount,
    scoreProfileInto,
    contributionsInto({ indices, weights }, itemIndex, out) {
      alone ??= new Float32Array(itemCount);
      const amounts = powersOf(weights, weightPower);
      for (let at = 0; at < indices.length; at++) {
        addRow(indices[at] as number, amounts[at] as number, alone);
        out[at] = alone[itemIndex] as number;
        // What was added to zeros is taken away without a rest.
        addRow(indices[at] as number, -(amounts[at] as number), alone);
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
