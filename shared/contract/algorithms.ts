/**
 * The algorithms, their hyperparameters, defaults and search ranges: the only place where these are written.
 * Names and ranges are irspack's (0.4.0), so that a configuration made for it is valid here; sources in docs/glossary.md.
 */

interface NumberSpec {
  readonly kind: "int" | "float";
  readonly default: number;
  /** Smallest and largest value that is accepted. */
  readonly min: number;
  readonly max: number;
  /** Whether null is a value, too: no limit. */
  readonly nullable?: boolean;
  /** What a study searches; absent for parameters that stay at their default. */
  readonly search?: { readonly low: number; readonly high: number; readonly log?: boolean };
}

interface ChoiceSpec {
  readonly kind: "choice";
  readonly default: string | boolean;
  readonly choices: readonly (string | boolean)[];
  readonly search?: boolean;
}

export type ParamSpec = NumberSpec | ChoiceSpec;
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type ParamValue = number | string | boolean;
/** Hyperparameters of one algorithm by their own (unprefixed) names; null, where it is a value, means no limit. */
export type AlgorithmParams = Readonly<Record<string, ParamValue | null>>;

export const FEATURE_WEIGHTINGS = ["NONE", "TF_IDF", "BM_25"] as const;

/** Neighbours that are kept; null for all of them, as in irspack. */
const TOP_K = {
  kind: "int",
  default: 100,
  min: 1,
  max: 10_000,
  nullable: true,
  search: { low: 4, high: 1000 },
} as const;
const SHRINKAGE = {
  kind: "float",
  default: 0,
  min: 0,
  max: 1e6,
  search: { low: 0, high: 1000 },
} as const;
const FEATURE_WEIGHTING = {
  feature_weighting: { kind: "choice", default: "NONE", choices: FEATURE_WEIGHTINGS, search: true },
  bm25_k1: { kind: "float", default: 1.2, min: 0, max: 100 },
  bm25_b: { kind: "float", default: 0.75, min: 0, max: 1 },
} as const;
const NORMALIZE_WEIGHT = { kind: "choice", default: false, choices: [false, true], search: true } as const;
/** Whether top_k counts the sources kept of each target, as irspack has it, or the targets kept of each source. */
const CUT_BY = { kind: "choice", default: "target", choices: ["target", "source"], search: true } as const;
const WALK_ALPHA = { kind: "float", default: 1, min: 0, max: 10 } as const;
const POWER = { kind: "float", min: -2, max: 3 } as const;
/** SparseSLIM's powers of a user's, a source item's and a target item's degree; all 0 for what the papers and irspack have. */
const DENSE_POWERS = {
  b: { ...POWER, default: 0, search: { low: 0, high: 1.2 } },
  a: { ...POWER, default: 0, search: { low: 0, high: 0.6 } },
  c: { ...POWER, default: 0, search: { low: 0, high: 0.6 } },
} as const;
/** Weights are raised to it before anything else: 0 makes all interactions equal, 1 takes weights as they are. */
const WEIGHT_POWER = { kind: "float", default: 0.25, min: 0, max: 1, search: { low: 0, high: 1 } } as const;
const RANKING_ALPHA = {
  kind: "float",
  default: 1e-2,
  min: 0,
  max: 10,
  search: { low: 1e-9, high: 1e-2, log: true },
} as const;
const L1_RATIO = { kind: "float", default: 0.01, min: 0, max: 1, search: { low: 0, high: 1 } } as const;
const RIDGE = {
  kind: "float",
  default: 1,
  min: 1e-6,
  max: 1e9,
  search: { low: 1, high: 1e4, log: true },
} as const;

const COMPONENT_PARAMS = {
  TopPop: {},
  Trending: {
    half_life_days: {
      kind: "float",
      default: 30,
      min: 1e-3,
      max: 36_500,
      search: { low: 0.5, high: 730, log: true },
    },
  },
  CosineKNN: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    normalize: { kind: "choice", default: false, choices: [false, true], search: true },
    ...FEATURE_WEIGHTING,
  },
  IALS: {
    n_components: { kind: "int", default: 64, min: 1, max: 1024, search: { low: 4, high: 300, log: true } },
    alpha0: { kind: "float", default: 0.1, min: 0, max: 1e3, search: { low: 3e-3, high: 1, log: true } },
    reg: { kind: "float", default: 1e-2, min: 0, max: 1e3, search: { low: 1e-4, high: 1e-1, log: true } },
    nu: { kind: "float", default: 1, min: 0, max: 2 },
    confidence_scaling: { kind: "choice", default: "none", choices: ["none", "log"] },
    epsilon: { kind: "float", default: 1, min: 1e-6, max: 1e6 },
    /**
     * Solver of a row: conjugate-gradient steps, the same preconditioned by the Gram matrix (which needs alpha0 and reg above 0),
     * exact Cholesky, blocks of coordinates, or what is fastest for dim and density.
     */
    solver: {
      kind: "choice",
      default: "auto",
      choices: ["auto", "cg", "preconditioned", "cholesky", "subspace"],
    },
    /** Early stopping learns it during a study; a final fit runs exactly this many. */
    train_epochs: { kind: "int", default: 16, min: 1, max: 512 },
  },
  AsymmetricCosineKNN: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    alpha: { kind: "float", default: 0.5, min: 0, max: 1, search: { low: 0, high: 1 } },
    ...FEATURE_WEIGHTING,
  },
  JaccardKNN: { top_k: TOP_K, shrinkage: SHRINKAGE },
  TverskyIndexKNN: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    alpha: { kind: "float", default: 0.5, min: 0, max: 100, search: { low: 0, high: 2 } },
    beta: { kind: "float", default: 0.5, min: 0, max: 100, search: { low: 0, high: 2 } },
  },
  CosineUserKNN: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    normalize: { kind: "choice", default: true, choices: [false, true], search: true },
    ...FEATURE_WEIGHTING,
  },
  AsymmetricCosineUserKNN: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    alpha: { kind: "float", default: 0.5, min: 0, max: 1, search: { low: 0, high: 1 } },
    ...FEATURE_WEIGHTING,
  },
  P3alpha: {
    alpha: WALK_ALPHA,
    top_k: { ...TOP_K, search: { low: 10, high: 1000 } },
    normalize_weight: NORMALIZE_WEIGHT,
    cut_by: CUT_BY,
  },
  RP3beta: {
    alpha: WALK_ALPHA,
    beta: { kind: "float", default: 0.6, min: 0, max: 10, search: { low: 1e-5, high: 0.5, log: true } },
    top_k: { ...TOP_K, search: { low: 2, high: 1000 } },
    normalize_weight: NORMALIZE_WEIGHT,
    cut_by: CUT_BY,
  },
  DenseSLIM: { reg: RIDGE, ...DENSE_POWERS },
  EDLAE: {
    reg: RIDGE,
    ...DENSE_POWERS,
    dropout_p: { kind: "float", default: 0.1, min: 0, max: 0.99, search: { low: 0, high: 0.99 } },
  },
  SLIM: {
    alpha: { kind: "float", default: 0.05, min: 0, max: 1e3, search: { low: 1e-5, high: 1, log: true } },
    l1_ratio: L1_RATIO,
    positive_only: { kind: "choice", default: true, choices: [true, false] },
    n_iter: { kind: "int", default: 100, min: 1, max: 10_000 },
    /** A pass that changes no coefficient by more ends the descent. */
    tol: { kind: "float", default: 1e-4, min: 0, max: 1 },
    /** Coefficients kept of each item; as good as all of them by default. */
    top_k: { kind: "int", default: 10_000, min: 1, max: 10_000, nullable: true },
  },
  SparseSLIM: {
    /** In interactions, like DenseSLIM's: it is scaled along when the powers below scale the data. */
    reg: { ...RIDGE, default: 200, search: { low: 10, high: 3000, log: true } },
    /** Powers of a user's, a source item's and a target item's degree; all 0 for plain EASE. */
    b: { ...POWER, default: 0.6, search: { low: 0, high: 1.2 } },
    a: { ...POWER, default: 0.2, search: { low: 0, high: 0.6 } },
    c: { ...POWER, default: 0.3, search: { low: 0, high: 0.6 } },
    /** Targets that each item may help to explain. Each is solved for exactly, so that all of them would take for ever: never null. */
    top_k: { ...TOP_K, nullable: false, search: { low: 50, high: 200, log: true } },
    weight_power: WEIGHT_POWER,
  },
  TruncatedSVD: {
    n_components: { kind: "int", default: 4, min: 1, max: 1024, search: { low: 4, high: 512 } },
  },
  BPR: {
    n_components: { kind: "int", default: 64, min: 1, max: 1024, search: { low: 4, high: 256, log: true } },
    item_alpha: RANKING_ALPHA,
    user_alpha: RANKING_ALPHA,
    loss: { kind: "choice", default: "bpr", choices: ["bpr", "warp"], search: true },
    /** WARP wants about a fifth of what BPR does. */
    learning_rate: {
      kind: "float",
      default: 0.05,
      min: 1e-6,
      max: 10,
      search: { low: 5e-3, high: 0.1, log: true },
    },
    train_epochs: { kind: "int", default: 64, min: 1, max: 4096 },
  },
  NMF: {
    n_components: { kind: "int", default: 64, min: 1, max: 1024, search: { low: 4, high: 512 } },
    alpha: { kind: "float", default: 0.01, min: 0, max: 1e3, search: { low: 1e-10, high: 0.1, log: true } },
    l1_ratio: L1_RATIO,
    init: { kind: "choice", default: "nndsvda", choices: ["nndsvda", "nndsvd", "random"] },
  },
  DegreeKNN: {
    /** Powers of a user's, a source item's and a target item's degree. */
    b: { ...POWER, default: 1, search: { low: 0, high: 1.5 } },
    a1: { ...POWER, default: 0.7, search: { low: 0, high: 1.2 } },
    a2: { ...POWER, default: 0.15, search: { low: -0.2, high: 1 } },
    top_k: { ...TOP_K, search: { low: 20, high: 500, log: true } },
    weight_power: WEIGHT_POWER,
  },
  GFCF: {
    n_components: { kind: "int", default: 128, min: 1, max: 1024, search: { low: 16, high: 256, log: true } },
    ideal_weight: { kind: "float", default: 0.3, min: 0, max: 100, search: { low: 0, high: 2 } },
    weight_power: WEIGHT_POWER,
  },
  TurboCF: {
    alpha: { kind: "float", default: 0.6, min: 0, max: 1, search: { low: 0.2, high: 0.8 } },
    power: { kind: "float", default: 0.7, min: 0.1, max: 3, search: { low: 0.4, high: 1.3 } },
    order: { kind: "int", default: 1, min: 1, max: 3, search: { low: 1, high: 3 } },
    top_k: { ...TOP_K, default: 200, search: { low: 50, high: 500, log: true } },
    weight_power: WEIGHT_POWER,
  },
} as const satisfies Record<string, ParamSpecs>;

type ComponentName = keyof typeof COMPONENT_PARAMS;

/** What a blend can be made of: every algorithm but itself. */
export const BLEND_COMPONENTS = Object.keys(COMPONENT_PARAMS) as readonly ComponentName[];

const DEFAULT_BLEND: readonly ComponentName[] = ["DegreeKNN", "IALS"];

export const ALGORITHM_PARAMS = { ...COMPONENT_PARAMS, Blend: blendSpecs() };

/** A weight for each possible component, 0 for those that stay out, and the components' own parameters, `IALS.alpha0`. */
function blendSpecs(): ParamSpecs {
  const specs: Record<string, ParamSpec> = {
    /** Stores item factors at one byte each. */
    int8_factors: { kind: "choice", default: true, choices: [false, true] },
  };
  for (const name of BLEND_COMPONENTS) {
    const weight = DEFAULT_BLEND.includes(name) ? 1 : 0;
    specs[`weight.${name}`] = { kind: "float", default: weight, min: 0, max: 1000 };
    for (const [param, { search: _, ...spec }] of Object.entries<ParamSpec>(COMPONENT_PARAMS[name])) {
      specs[`${name}.${param}`] = spec as ParamSpec;
    }
  }
  return specs;
}

export type AlgorithmName = keyof typeof ALGORITHM_PARAMS;

export const ALGORITHM_NAMES = Object.keys(ALGORITHM_PARAMS) as readonly AlgorithmName[];

/** What a study tries when it is not told otherwise; Recotem's own default list. */
export const DEFAULT_STUDY_ALGORITHMS: readonly AlgorithmName[] = ["IALS", "CosineKNN", "TopPop"];

/**
 * Configurations that a study tries first, in this order: what suits dense data, sparse data, and what lies between. Values are
 * of the algorithm's searched parameters, all of them. An algorithm without any is first tried at random.
 */
export const STARTING_POINTS: Readonly<Record<AlgorithmName, readonly AlgorithmParams[]>> = {
  TopPop: [{}],
  Trending: [{ half_life_days: 30 }, { half_life_days: 3 }],
  CosineKNN: [
    { top_k: 100, shrinkage: 20, normalize: true, feature_weighting: "NONE" },
    { top_k: 500, shrinkage: 100, normalize: true, feature_weighting: "BM_25" },
  ],
  IALS: [
    { n_components: 64, alpha0: 0.3, reg: 0.01 },
    { n_components: 64, alpha0: 0.03, reg: 0.003 },
    { n_components: 128, alpha0: 0.01, reg: 0.003 },
  ],
  AsymmetricCosineKNN: [],
  JaccardKNN: [],
  TverskyIndexKNN: [],
  CosineUserKNN: [],
  AsymmetricCosineUserKNN: [],
  P3alpha: [],
  RP3beta: [],
  DenseSLIM: [
    { reg: 500, b: 0.5, a: 0.3, c: 0.1 },
    { reg: 200, b: 0, a: 0, c: 0 },
  ],
  EDLAE: [
    { reg: 200, dropout_p: 0.8, b: 0.5, a: 0.3, c: 0.1 },
    { reg: 200, dropout_p: 0.6, b: 0, a: 0, c: 0 },
  ],
  SLIM: [],
  SparseSLIM: [
    { reg: 200, b: 0.6, a: 0.2, c: 0.3, top_k: 100, weight_power: 0.25 },
    { reg: 100, b: 0.3, a: 0.1, c: 0.1, top_k: 200, weight_power: 0.25 },
  ],
  TruncatedSVD: [],
  NMF: [],
  BPR: [
    { n_components: 64, item_alpha: 1e-5, user_alpha: 1e-5, loss: "warp", learning_rate: 0.01 },
    { n_components: 64, item_alpha: 1e-5, user_alpha: 1e-5, loss: "bpr", learning_rate: 0.05 },
  ],
  DegreeKNN: [
    { b: 1, a1: 0.7, a2: 0.15, top_k: 100, weight_power: 0.25 },
    { b: 0.5, a1: 0.7, a2: 0.6, top_k: 200, weight_power: 0.25 },
    { b: 0.75, a1: 0.5, a2: 0.3, top_k: 200, weight_power: 0.25 },
  ],
  GFCF: [
    { n_components: 256, ideal_weight: 0.3, weight_power: 0.25 },
    { n_components: 64, ideal_weight: 0.6, weight_power: 0.25 },
  ],
  TurboCF: [
    { alpha: 0.6, power: 0.7, order: 1, top_k: 200, weight_power: 0.25 },
    { alpha: 0.4, power: 1, order: 2, top_k: 500, weight_power: 0.25 },
  ],
  Blend: [{}],
};
