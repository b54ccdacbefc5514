import type { Section } from "../artifact/section.ts";
import type { Model, Profile } from "./algorithm.ts";
import { linearContributionsInto } from "./contributions.ts";
import { requireCount, requireFinite, requireSection } from "./sections.ts";
import { addSignedRow, requireSignedRows, type SignedRows, signedSections } from "./signed-rows.ts";
import { powersOf } from "./weight-powers.ts";

const SETTINGS = "sparse-slim.settings";
const ROWS = "sparse-slim";
const MAX_ITEMS = 2 ** 31;

/** Scores by score(j) = Σ_{i in profile} weight_i^weightPower · W[i, j]. */
export function createSparseSlimModel(rows: SignedRows, weightPower: number): Model {
  const itemCount = rows.positive.scales.length;
  const scoreProfileInto = ({ indices, weights }: Profile, out: Float32Array): void => {
    out.fill(0);
    const amounts = powersOf(weights, weightPower);
    for (let at = 0; at < indices.length; at++) {
      addSignedRow(rows, indices[at] as number, amounts[at] as number, out);
    }
  };
  return {
    algorithm: "SparseSLIM",
    itemCount,
    scoreProfileInto,
    contributionsInto: (profile, itemIndex, out) =>
      linearContributionsInto({ itemCount, scoreProfileInto }, profile, itemIndex, out),
    scoreUserInto: (_userIndex, profile, out) => scoreProfileInto(profile, out),
    similarItemsInto(itemIndex, out) {
      out.fill(0);
      addSignedRow(rows, itemIndex, 1, out);
    },
    encode: () => [
      { name: SETTINGS, data: Float64Array.of(itemCount, weightPower) },
      ...signedSections(rows, ROWS),
    ],
    dispose() {},
  };
}

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeSparseSlimModel(sections: readonly Section[]): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, 2);
  requireFinite(SETTINGS, settings);
  const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
  return createSparseSlimModel(requireSignedRows(sections, ROWS, itemCount), settings[1] as number);
}
