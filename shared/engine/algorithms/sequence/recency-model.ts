import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { EncodeOptions, Model, Profile } from "../fit/algorithm.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { TouchedScores } from "../fit/touched-scores.ts";
import {
  addPackedRow,
  type PackedRows,
  packedColumns,
  packedEntry,
  packedSections,
  requirePackedRows,
} from "../item-matrix/packed-rows.ts";
import { withStoredShare } from "./known-share.ts";
import { amountsOf, type RecencyRule, recencyNumbers, recencyOfNumbers } from "./recency.ts";

const MAX_ITEMS = 2 ** 31;
const settingsName = (prefix: string) => `${prefix}.settings`;

export interface RecencyModelParts {
  readonly algorithm: AlgorithmName;
  /** Of the names of sections. */
  readonly prefix: string;
  readonly rows: PackedRows;
  readonly rule: RecencyRule;
}

/** Scores by score(j) = Σ_i amount(i) · W[i, j] over the items of a profile, newer ones counting more; see `amountsOf`. */
export function createRecencyModel({ algorithm, prefix, rows, rule }: RecencyModelParts): Model {
  const itemCount = rows.scales.length;
  let touched: TouchedScores | null = null;
  const scoreProfileInto = (profile: Profile, out: Float32Array): void => {
    out.fill(0);
    const { items, amounts } = amountsOf(profile, rule);
    for (const [at, item] of items.entries()) addPackedRow(rows, item, amounts[at] as number, out);
  };
  return {
    algorithm,
    itemCount,
    readsOrder: true,
    namesTouched: true,
    scoreProfileInto,
    shortlist(profile) {
      touched ??= new TouchedScores(itemCount);
      const scores = touched.begin();
      const { items, amounts } = amountsOf(profile, rule);
      for (const [at, item] of items.entries()) {
        addPackedRow(rows, item, amounts[at] as number, scores);
        touched.touch(packedColumns(rows, item));
      }
      return touched.shortlist();
    },
    contributionsInto(profile, itemIndex, out) {
      const { items, amounts } = amountsOf(profile, rule);
      const byItem = new Map(items.map((item, at) => [item, amounts[at] as number]));
      for (const [at, item] of profile.indices.entries())
        out[at] = packedEntry(rows, item, byItem.get(item) ?? 0, itemIndex);
      return true;
    },
    scoreUserInto: (_userIndex, profile, out) => scoreProfileInto(profile, out),
    similarItemsInto(itemIndex, out) {
      out.fill(0);
      addPackedRow(rows, itemIndex, 1, out);
      out[itemIndex] = 0;
    },
    encode: (options?: EncodeOptions): Section[] => [
      { name: settingsName(prefix), data: Float64Array.of(itemCount, ...recencyNumbers(rule)) },
      ...packedSections(rows, prefix, options),
    ],
    dispose() {},
  };
}

/** Restores it from its sections. Throws `BAD_ARTIFACT`. */
export function decodeRecencyModel(
  algorithm: AlgorithmName,
  prefix: string,
  sections: readonly Section[],
): Model {
  const settings = requireSection(sections, settingsName(prefix), Float64Array, 4);
  const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
  const rows = requirePackedRows(sections, prefix, itemCount, itemCount);
  const rule = recencyOfNumbers([...settings.subarray(1)]);
  return withStoredShare(createRecencyModel({ algorithm, prefix, rows, rule }), sections);
}
