/** All algorithms. Each has its own file in `algorithms/`; this file only lists them. */
import { asymmetricCosineKnn } from "./algorithms/asymmetric-cosine-knn.ts";
import { asymmetricCosineUserKnn } from "./algorithms/asymmetric-cosine-user-knn.ts";
import { BLEND_SEGMENTS, BLEND_WEIGHTS, defineBlend } from "./algorithms/blend.ts";
import { bpr } from "./algorithms/bpr.ts";
import { content } from "./algorithms/content.ts";
import { cosineKnn } from "./algorithms/cosine-knn.ts";
import { cosineUserKnn } from "./algorithms/cosine-user-knn.ts";
import type { AlgorithmDefinition, AlgorithmParams } from "./algorithms/definition.ts";
import { degreeKnn } from "./algorithms/degree-knn.ts";
import { denseSlim } from "./algorithms/dense-slim.ts";
import { edlae } from "./algorithms/edlae.ts";
import { embedding } from "./algorithms/embedding.ts";
import { featureIals } from "./algorithms/feature-ials.ts";
import { gfCf } from "./algorithms/gf-cf.ts";
import { ials } from "./algorithms/ials.ts";
import { itemTransition } from "./algorithms/item-transition.ts";
import { jaccardKnn } from "./algorithms/jaccard-knn.ts";
import { lightFm } from "./algorithms/light-fm.ts";
import { nmf } from "./algorithms/nmf.ts";
import { p3alpha } from "./algorithms/p3alpha.ts";
import { recentIals } from "./algorithms/recent-ials.ts";
import { repeatedItems } from "./algorithms/repeated-items.ts";
import { rp3beta } from "./algorithms/rp3beta.ts";
import { sequenceRules } from "./algorithms/sequence-rules.ts";
import { sessionKnn } from "./algorithms/session-knn.ts";
import { slim } from "./algorithms/slim.ts";
import { sparseSlim } from "./algorithms/sparse-slim.ts";
import { topPop } from "./algorithms/top-pop.ts";
import { trending } from "./algorithms/trending.ts";
import { truncatedSvd } from "./algorithms/truncated-svd.ts";
import { turboCf } from "./algorithms/turbo-cf.ts";
import { tverskyIndexKnn } from "./algorithms/tversky-index-knn.ts";
import { twoSidedKnn } from "./algorithms/two-sided-knn.ts";
import { windowedPop } from "./algorithms/windowed-pop.ts";

export { FEATURE_WEIGHTINGS } from "./algorithms/common-params.ts";
export type {
  AlgorithmDefinition,
  AlgorithmFamily,
  AlgorithmParams,
  ParamAlias,
  ParamSpec,
  ParamSpecs,
  ParamValue,
  ParamValueOf,
} from "./algorithms/definition.ts";

/** In the order of the dashboard. New ones come last: the order decides colours, and sums in blends. */
const COMPONENTS = [
  topPop,
  trending,
  cosineKnn,
  ials,
  asymmetricCosineKnn,
  jaccardKnn,
  tverskyIndexKnn,
  cosineUserKnn,
  asymmetricCosineUserKnn,
  p3alpha,
  rp3beta,
  denseSlim,
  edlae,
  slim,
  sparseSlim,
  truncatedSvd,
  bpr,
  nmf,
  degreeKnn,
  gfCf,
  turboCf,
  itemTransition,
  featureIals,
  content,
  embedding,
  lightFm,
  sequenceRules,
  twoSidedKnn,
  sessionKnn,
  recentIals,
  repeatedItems,
  windowedPop,
] as const;

const blend = defineBlend(COMPONENTS);

type Definition = (typeof COMPONENTS)[number] | typeof blend;
type ByName = { readonly [Own in Definition as Own["name"]]: Own };

export type AlgorithmName = Definition["name"];

/** The possible parts of a blend: every algorithm except the blend itself. */
export type ComponentName = (typeof COMPONENTS)[number]["name"];

/** Every algorithm's definition by its name. */
export const ALGORITHMS = Object.fromEntries(
  [...COMPONENTS, blend].map((definition) => [definition.name, definition]),
) as ByName;

export const ALGORITHM_NAMES: readonly AlgorithmName[] = [...COMPONENTS, blend].map(({ name }) => name);

export const BLEND_COMPONENTS: readonly ComponentName[] = COMPONENTS.map(({ name }) => name);

/** The baseline that all others are compared with. */
export const BASELINE: AlgorithmName = topPop.name;

export const ALGORITHM_PARAMS = byName(({ params }) => params) as {
  readonly [Name in AlgorithmName]: ByName[Name]["params"];
};

/** Configurations that a study tries first; see `AlgorithmDefinition.startingPoints`. */
export const STARTING_POINTS = byName(({ startingPoints }) => startingPoints) as Readonly<
  Record<AlgorithmName, readonly AlgorithmParams[]>
>;

/** The algorithms of a study by default; Recotem's own default list. */
export const DEFAULT_STUDY_ALGORITHMS: readonly AlgorithmName[] = [ials.name, cosineKnn.name, topPop.name];

export const BLEND = blend.name;

/** Whether the first part of a parameter's name says that it is a weight of a blend, of any segment. */
export function isBlendWeight(word: string): boolean {
  return BLEND_SEGMENTS.some((segment) => BLEND_WEIGHTS[segment] === word);
}

export function isBlend(algorithm: AlgorithmName): algorithm is typeof BLEND {
  return algorithm === BLEND;
}

function byName<Value>(pick: (definition: AlgorithmDefinition) => Value): Record<string, Value> {
  return Object.fromEntries([...COMPONENTS, blend].map((definition) => [definition.name, pick(definition)]));
}
