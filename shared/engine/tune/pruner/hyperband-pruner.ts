import { createRandom } from "../../random.ts";
import type { Report, TrialRecord } from "../trial/trial.ts";

const REDUCTION = 3;
const MIN_EPOCHS = 1;

export interface HyperbandOptions {
  /** The trial's own number, which decides its bracket. */
  readonly number: number;
  readonly seed: number;
  /** Epochs of a fit that is never stopped. */
  readonly maxEpochs: number;
}

/**
 * Whether a running fit should stop after its latest epoch. Decided by Hyperband over asynchronous successive halving (Li et
 * al. 2018, 2020), as in Optuna: reduction 3, at least one epoch. Trials are distributed over brackets. Bracket b compares at
 * epochs 3^b, 3^(b+1), … There only the best third of the values reported so far within the bracket goes on; of fewer than
 * three, the best one. NaN never goes on. Metrics are maximised.
 */
export function pruneByHyperband(
  reports: readonly Report[],
  history: readonly TrialRecord[],
  { number, seed, maxEpochs }: HyperbandOptions,
): boolean {
  const last = reports.at(-1);
  if (!last) return false;
  const bracket = bracketOf(number, seed, maxEpochs);
  const rung = rungBetween(reports.at(-2)?.step ?? 0, last.step, bracket);
  if (rung === null) return false;
  if (Number.isNaN(last.value)) return true;
  const rivals = history
    .filter((trial) => trial.number !== number && bracketOf(trial.number, seed, maxEpochs) === bracket)
    .flatMap((trial) => trial.reports.find(({ step }) => step >= rung) ?? [])
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ value }) => value);
  const ranked = [...rivals, last.value].sort((a, b) => b - a);
  const place = Math.max(0, Math.floor(ranked.length / REDUCTION) - 1);
  return last.value < (ranked[place] as number);
}

/** The number of trials of a bracket follows from their cost: brackets that compare early take more trials. */
export function bracketOf(number: number, seed: number, maxEpochs: number): number {
  const bracketCount = Math.floor(Math.log(maxEpochs / MIN_EPOCHS) / Math.log(REDUCTION) + 1e-9) + 1;
  const sizes = Array.from({ length: bracketCount }, (_, bracket) => {
    const halvings = bracketCount - 1 - bracket;
    return Math.ceil((bracketCount * REDUCTION ** halvings) / (halvings + 1));
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let drawn = createRandom(seed + Math.imul(number + 1, 0x9e3779b1)).below(total);
  return sizes.findIndex((size) => {
    drawn -= size;
    return drawn < 0;
  });
}

/** The last rung that the latest report reached and the previous one did not: fits may report every few epochs only. */
function rungBetween(before: number, last: number, bracket: number): number | null {
  let reached: number | null = null;
  for (let rung = MIN_EPOCHS * REDUCTION ** bracket; rung <= last; rung *= REDUCTION) {
    if (rung > before) reached = rung;
  }
  return reached;
}
