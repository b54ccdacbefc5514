/** Parameters that several algorithms have. */

export const FEATURE_WEIGHTINGS = ["NONE", "TF_IDF", "BM_25"] as const;

/** Number of neighbours to keep; null for all of them, as in irspack. */
export const TOP_K = {
  kind: "int",
  default: 100,
  min: 1,
  max: 10_000,
  nullable: true,
  search: { low: 4, high: 1000 },
} as const;

export const SHRINKAGE = {
  kind: "float",
  default: 0,
  min: 0,
  max: 1e6,
  search: { low: 0, high: 1000 },
} as const;

export const FEATURE_WEIGHTING = {
  feature_weighting: { kind: "choice", default: "NONE", choices: FEATURE_WEIGHTINGS, search: true },
  bm25_k1: { kind: "float", default: 1.2, min: 0, max: 100 },
  bm25_b: { kind: "float", default: 0.75, min: 0, max: 1 },
} as const;

/** Exponent of the item's own norm in an asymmetric cosine. */
export const COSINE_ALPHA = {
  kind: "float",
  default: 0.5,
  min: 0,
  max: 1,
  search: { low: 0, high: 1 },
} as const;

/** Parameters of random walks: the power of a weight in the choice of a step, and how rows are cut and normalised. */
export const WALK = {
  alpha: { kind: "float", default: 1, min: 0, max: 10 },
  normalize_weight: { kind: "choice", default: false, choices: [false, true], search: true },
  /**
   * Whether top_k counts the targets kept of each source, or the sources kept of each target, as in irspack; "auto" for what suits the
   * data, see `random-walk.ts` of the engine.
   */
  cut_by: {
    kind: "choice",
    default: "source",
    choices: ["auto", "target", "source"],
    search: ["target", "source"],
  },
} as const;

/** Power of a degree. */
export const POWER = { kind: "float", min: -2, max: 3 } as const;

/** The first step raises weights to this power: 0 makes all interactions equal, 1 keeps the weights. */
export const WEIGHT_POWER = {
  kind: "float",
  default: 0.25,
  min: 0,
  max: 1,
  search: { low: 0, high: 1 },
} as const;

export const L1_RATIO = {
  kind: "float",
  default: 0.01,
  min: 0,
  max: 1,
  search: { low: 0, high: 1 },
} as const;

export const RIDGE = {
  kind: "float",
  default: 1,
  min: 1e-6,
  max: 1e9,
  search: { low: 1, high: 1e4, log: true },
} as const;

/** Powers of a user's, a source item's and a target item's degree in a dense inverse; all 0 as in the papers and irspack. */
export const DENSE_POWERS = {
  b: { ...POWER, default: 0, search: { low: 0, high: 1.2 } },
  a: { ...POWER, default: 0, search: { low: 0, high: 0.6 } },
  c: { ...POWER, default: 0, search: { low: 0, high: 0.6 } },
} as const;

/** An items × items matrix of 64 MB: what an isolate can hold together with everything else. */
export const MAX_DENSE_ITEMS = 4096;

/** How much a pair without an interaction weighs in iALS, beside 1; null for a weight by the density of the data. */
export const UNOBSERVED_WEIGHT = {
  kind: "float",
  default: null,
  nullable: true,
  nullMeans: "one by the density of the data",
  min: 0,
  max: 1e3,
  search: { low: 3e-3, high: 1, log: true },
} as const;

/**
 * How iALS reads weights: as they are, ln(1 + weight / epsilon), or, by default, the logarithm with the median as epsilon if they are
 * wide, as play counts are, and as they are otherwise.
 */
export const CONFIDENCE = {
  confidence_scaling: { kind: "choice", default: "auto", choices: ["auto", "none", "log"] },
  epsilon: { kind: "float", default: 1, min: 1e-6, max: 1e6 },
} as const;

/** The number of latent factors, without a search range. */
export const COMPONENTS = { kind: "int", default: 64, min: 1, max: 1024 } as const;

/** How much each item of a sequence counts by how long ago it was taken; see `recency.ts` of the engine. */
export const RECENCY = {
  /** Interactions back after which an item counts 1/e of the newest; 0: the newest alone. */
  recency_steps: { kind: "float", default: 2, min: 0, max: 1e4, search: { low: 0.5, high: 8, log: true } },
  /** The least share, however many interactions ago. */
  recency_floor: { kind: "float", default: 0, min: 0, max: 1, search: { low: 0, high: 0.2 } },
  /** Days after which an item counts 1/e as much. */
  recency_days: {
    kind: "float",
    default: null,
    nullable: true,
    nullMeans: "days do not matter",
    min: 1e-6,
    max: 1e6,
    search: { low: 10, high: 3000, log: true },
  },
} as const;

/**
 * Targets that each source keeps in models of sequences: more gain nothing, fewer lose a little. In large catalogues it keeps fewer, so that
 * the model has 25 MB at most; see `model-room.ts` of the engine.
 */
export const KEPT_TARGETS = { kind: "int", default: 100, min: 1, max: 10_000 } as const;

/** How much the newer rows of a fit count more, where rows are in the order of time, as sessions are. */
export const ROW_RECENCY = {
  /** Share of the rows after which one counts 1/e of the newest. */
  row_recency: {
    kind: "float",
    default: null,
    nullable: true,
    nullMeans: "all rows count alike",
    min: 1e-3,
    max: 1e3,
    search: { low: 0.1, high: 10, log: true },
  },
} as const;

/** Items that a request has already, where lists may have them; see `known-share.ts` of the engine. */
export const KNOWN_SHARE = {
  /** Their scores are multiplied by it. */
  known_share: {
    kind: "float",
    default: null,
    nullable: true,
    nullMeans: "by how often people repeat items",
    min: 0,
    max: 100,
    search: { low: 0, high: 1.5 },
  },
} as const;
