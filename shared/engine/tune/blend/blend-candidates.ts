import { BLEND_LENGTH, BLEND_WEIGHTS } from "#contract/algorithms/blend.ts";
import {
  ALGORITHM_PARAMS,
  ALGORITHMS,
  type AlgorithmFamily,
  type AlgorithmName,
  type AlgorithmParams,
  BASELINE,
  BLEND,
  BLEND_COMPONENTS,
  isBlend,
  type ParamSpecs,
  type ParamValue,
} from "#contract/algorithms.ts";
import type { FitShape } from "../../algorithms/cost/fit-shape.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import { estimateFit, MESSAGE_BUDGET_MB } from "../../estimate/estimate-fit.ts";
import type { FinishedTrial } from "../plan/study.ts";

/** A possible component of a blend: one algorithm of a family, with one of several settings. */
export type BlendSlot = readonly FinishedTrial[];

/** Number of families to try; a fourth one never helped in measurements. */
const MAX_SLOTS = 4;
/** A model below this share of the best adds little. */
const LEAST_SHARE = 0.6;
/** What a person repeats, and what goes with all of a history, adds to what goes with its end even where it is far behind. */
const LEAST_SHARE_OF_SEQUENCES = 0.2;
export const SETTINGS_PER_SLOT = 2;

/**
 * The two best trials of each of the best families, each family represented by its best algorithm; better ones first. Fewer than
 * two slots if fewer families have a complete trial close enough to the best.
 */
export function blendCandidates(trials: readonly FinishedTrial[]): BlendSlot[] {
  const ranked = trials
    .filter(({ state, value }) => state === "COMPLETE" && value !== null && !Number.isNaN(value))
    .filter(({ algorithm }) => !isBlend(algorithm) && algorithm !== BASELINE)
    .sort((a, b) => (b.value as number) - (a.value as number) || a.number - b.number);
  const share = trials.some(({ algorithm }) => isOfSequences(algorithm))
    ? LEAST_SHARE_OF_SEQUENCES
    : LEAST_SHARE;
  const least = share * (ranked[0]?.value ?? 0);
  const byFamily = new Map<AlgorithmFamily, FinishedTrial[]>();
  for (const trial of ranked) {
    const family = ALGORITHMS[trial.algorithm].family;
    const slot = byFamily.get(family) ?? [];
    byFamily.set(family, slot);
    const [leader = trial] = slot;
    if (leader.algorithm !== trial.algorithm || (trial.value as number) < least) continue;
    if (slot.length < SETTINGS_PER_SLOT) slot.push(trial);
  }
  return [...byFamily.values()].filter((slot) => slot.length > 0).slice(0, MAX_SLOTS);
}

const isOfSequences = (algorithm: AlgorithmName): boolean =>
  ["sequence", "session-neighbours"].includes(ALGORITHMS[algorithm].family);

/** Whether a trial can keep its model for the blend: there is room for the stored form beside the fit. Others are fitted again. */
export function canKeepPart(shape: FitShape, algorithm: AlgorithmName, params: AlgorithmParams): boolean {
  if (isBlend(algorithm) || algorithm === BASELINE) return false;
  const storedMb = algorithmOf(algorithm).cost.storedBytes(shape, params, true) / 1e6;
  return estimateFit(shape, algorithm, params).peakMb + storedMb <= MESSAGE_BUDGET_MB;
}

/** A trial of one algorithm. */
export interface KeptTrial {
  readonly number: number;
  readonly value: number;
}

/** The trials of one algorithm whose models may be blended: the best as far as is known, the earlier of equals. */
export function worthKeeping<Trial extends KeptTrial>(trials: readonly Trial[]): readonly Trial[] {
  return trials.toSorted((a, b) => b.value - a.value || a.number - b.number).slice(0, SETTINGS_PER_SLOT);
}

/** The value from which on the model of a further trial of that algorithm may be blended. */
export function keptFrom(trials: readonly KeptTrial[]): number {
  const kept = worthKeeping(trials);
  return kept.length < SETTINGS_PER_SLOT ? Number.NEGATIVE_INFINITY : (kept.at(-1)?.value as number);
}

/** A part of a blend, and its weights. */
export interface WeighedPart {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  /** Of warm items and people; also of a cold segment without weights. */
  readonly weight: number;
  readonly coldItems?: number | undefined;
  readonly coldUsers?: number | undefined;
  /** By which the weight of warm people grows with what is known of them. */
  readonly lengthPower?: number | undefined;
}

/** The parameters of a blend, with a weight of 0 for algorithms that would be part of it by default. */
export function blendParams(parts: readonly WeighedPart[]): AlgorithmParams {
  const params: Record<string, ParamValue | null> = {};
  for (const name of BLEND_COMPONENTS) {
    const spec = (ALGORITHM_PARAMS[BLEND] as ParamSpecs)[`weight.${name}`];
    if (spec?.default !== 0) params[`weight.${name}`] = 0;
  }
  for (const { algorithm, params: own, weight, lengthPower = 0, coldItems = 0, coldUsers = 0 } of parts) {
    params[`${BLEND_WEIGHTS.warm}.${algorithm}`] = weight;
    if (lengthPower !== 0) params[`${BLEND_LENGTH}.${algorithm}`] = lengthPower;
    if (coldItems > 0) params[`${BLEND_WEIGHTS.coldItems}.${algorithm}`] = coldItems;
    if (coldUsers > 0) params[`${BLEND_WEIGHTS.coldUsers}.${algorithm}`] = coldUsers;
    for (const [name, value] of Object.entries(own)) params[`${algorithm}.${name}`] = value;
  }
  return params;
}
