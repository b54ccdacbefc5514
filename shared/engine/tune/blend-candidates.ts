import {
  ALGORITHM_PARAMS,
  type AlgorithmName,
  type AlgorithmParams,
  BLEND_COMPONENTS,
  type ParamSpecs,
  type ParamValue,
} from "#contract/algorithms.ts";
import type { FinishedTrial } from "./study.ts";

/** Algorithms of one family find the same things, so that blending them gains little. What is not listed is a family by itself. */
const FAMILIES: readonly (readonly string[])[] = [
  [
    "CosineKNN",
    "AsymmetricCosineKNN",
    "JaccardKNN",
    "TverskyIndexKNN",
    "P3alpha",
    "RP3beta",
    "DegreeKNN",
    "TurboCF",
  ],
  ["CosineUserKNN", "AsymmetricCosineUserKNN"],
  ["IALS", "NMF", "BPR"],
  ["TruncatedSVD", "GFCF"],
  ["DenseSLIM", "EDLAE", "SLIM", "SparseSLIM"],
];

/** The best trial of each of the two best families, better one first; fewer when fewer families have a complete trial. */
export function blendCandidates(trials: readonly FinishedTrial[]): FinishedTrial[] {
  const ranked = trials
    .filter(({ state, value }) => state === "COMPLETE" && value !== null && !Number.isNaN(value))
    .filter(({ algorithm }) => isComponent(algorithm) && algorithm !== "TopPop")
    .sort((a, b) => (b.value as number) - (a.value as number) || a.number - b.number);
  const byFamily = new Map<string, FinishedTrial>();
  for (const trial of ranked) {
    const family = familyOf(trial.algorithm);
    if (!byFamily.has(family)) byFamily.set(family, trial);
  }
  return [...byFamily.values()].slice(0, 2);
}

/** The parameters of a blend, with a weight of 0 for what would take part by default. */
export function blendParams(
  parts: readonly {
    readonly algorithm: AlgorithmName;
    readonly params: AlgorithmParams;
    readonly weight: number;
  }[],
): AlgorithmParams {
  const params: Record<string, ParamValue> = {};
  for (const name of BLEND_COMPONENTS) {
    const spec = (ALGORITHM_PARAMS.Blend as ParamSpecs)[`weight.${name}`];
    if (spec?.default !== 0) params[`weight.${name}`] = 0;
  }
  for (const { algorithm, params: own, weight } of parts) {
    params[`weight.${algorithm}`] = weight;
    for (const [name, value] of Object.entries(own)) params[`${algorithm}.${name}`] = value;
  }
  return params;
}

function familyOf(algorithm: string): string {
  return FAMILIES.find((family) => family.includes(algorithm))?.[0] ?? algorithm;
}

function isComponent(algorithm: string): boolean {
  return (BLEND_COMPONENTS as readonly string[]).includes(algorithm);
}
