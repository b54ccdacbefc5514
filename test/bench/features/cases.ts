/** The rows of the table. */
import {
  ALGORITHMS,
  type AlgorithmName,
  type AlgorithmParams,
  BLEND,
  BLEND_COMPONENTS,
} from "#contract/algorithms.ts";
import { missingTable } from "#engine/algorithms/needs-tables.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { tablesIn } from "#engine/data/side-features.ts";
import type { FeatureData } from "./feature-data.ts";

export interface Case {
  readonly label: string;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  /** Of a blend: the weights of the cold segments are tuned, by new items or people within the training part. */
  readonly tunesCold?: boolean;
}

type Chosen = Readonly<Partial<Record<AlgorithmName, AlgorithmParams>>>;

/** Chosen by hand for data in which a person has a large share of the items, and for others. Missing ones are defaults. */
const DENSE: Chosen = {
  DegreeKNN: { b: 0.5, a1: 0.7, a2: 0.6 },
  IALS: { n_components: 64, alpha0: 0.6, reg: 0.01 },
  FeatureIALS: { n_components: 64, alpha0: 0.6, reg: 0.01 },
  DenseSLIM: { reg: 500, b: 0.5, a: 0.3, c: 0.1 },
  EDLAE: { reg: 200, dropout_p: 0.8, b: 0.5, a: 0.3, c: 0.1 },
  SparseSLIM: { reg: 200, b: 0.3, a: 0.1, c: 0.1, top_k: 200 },
  SLIM: { alpha: 0.19, l1_ratio: 0 },
  GFCF: { n_components: 64, ideal_weight: 0.6 },
  RP3beta: { beta: 0.5, top_k: 200, cut_by: "target" },
  TruncatedSVD: { n_components: 32 },
  NMF: { n_components: 32 },
  BPR: { loss: "warp", learning_rate: 0.005, train_epochs: 52, item_alpha: 1e-5, user_alpha: 1e-5 },
};
const SPARSE: Chosen = {
  DegreeKNN: { b: 0.5, a1: 0.7, a2: 0.3 },
  IALS: { n_components: 64, alpha0: 0.04, reg: 0.005, confidence_scaling: "log", epsilon: 260 },
  FeatureIALS: { n_components: 64, alpha0: 0.04, reg: 0.005, confidence_scaling: "log", epsilon: 260 },
};
/** Share of the pairs of users and items that are interactions. */
const DENSE_FROM = 0.01;

const BLENDS: readonly Readonly<Partial<Record<AlgorithmName, number>>>[] = [
  { DegreeKNN: 1, IALS: 2 },
  { DegreeKNN: 1, FeatureIALS: 2 },
  { EDLAE: 1, FeatureIALS: 2 },
  { FeatureIALS: 1, Content: 0.2 },
];

/** Every algorithm that can run on the data, then blends. Chosen parameters that differ from the defaults have a row beside these. */
export function casesOf({ userItems, features }: FeatureData): Case[] {
  const chosen = isDense(userItems) ? DENSE : SPARSE;
  const canRun = (name: AlgorithmName) =>
    missingTable(name, {}, tablesIn(features)) === null &&
    userItems.columnCount <= (ALGORITHMS[name].maxItems ?? Number.POSITIVE_INFINITY) &&
    (userItems.ages !== undefined || !ALGORITHMS[name].needsTimes);
  const singles = BLEND_COMPONENTS.filter(canRun).flatMap((algorithm): Case[] => {
    const params = chosen[algorithm];
    return [
      { label: algorithm, algorithm, params: {} },
      ...(params ? [{ label: `${algorithm}, chosen`, algorithm, params }] : []),
    ];
  });
  const blends = BLENDS.filter((weights) => (Object.keys(weights) as AlgorithmName[]).every(canRun));
  const tuned = (one: Case): Case => ({ ...one, label: `${one.label}, tuned`, tunesCold: true });
  return [
    ...singles,
    ...blends.map((weights) => blendOf(weights, chosen)).flatMap((one) => [one, tuned(one)]),
  ];
}

function isDense({ rowCount, columnCount, indices }: CsrMatrix): boolean {
  return indices.length >= DENSE_FROM * rowCount * columnCount;
}

function blendOf(weights: Readonly<Partial<Record<AlgorithmName, number>>>, chosen: Chosen): Case {
  const unused = BLEND_COMPONENTS.map((name) => [`weight.${name}`, 0]);
  const parts = Object.entries(weights).flatMap(([name, weight]) => [
    [`weight.${name}`, weight],
    ...Object.entries(chosen[name as AlgorithmName] ?? {}).map(([param, value]) => [
      `${name}.${param}`,
      value,
    ]),
  ]);
  const label = Object.entries(weights).map(([name, weight]) => `${weight} × ${name}`);
  return {
    label: `Blend: ${label.join(" + ")}`,
    algorithm: BLEND,
    params: Object.fromEntries([...unused, ...parts]) as AlgorithmParams,
  };
}
