import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { panelWidth } from "../algorithms/linear-algebra/gram-product.ts";
import { pairFilterWords } from "../kernels/factor-calls.ts";
import { paddedDim } from "../kernels/kernels.ts";
import { type FitShape, keptEntries } from "./fit-shape.ts";

/** Bytes that are live together at one time of a fit, without the data. The kernels' memory never shrinks. */
export interface MemoryPhase {
  /** In JavaScript's heap and array buffers. */
  readonly js: number;
  readonly kernels: number;
}

type Phases = readonly MemoryPhase[];
type Params = AlgorithmParams;

/** A matrix in kernel memory: indices, values, and where rows begin. */
const matrixBytes = (rows: number, interactions: number): number => 8 * interactions + 4 * rows;

/** Rows of a matrix that are copied to the kernels at a time, and their products. */
const SLICE_BYTES = 3e6;
/** Those of iALS for factors of 64, both sides. */
const IALS_SLICE_BYTES = 2.4e6;
/** Columns of factors that GF-CF multiplies together. */
const PANEL = 32;
const SVD_OVERSAMPLING = 10;
const MAX_NARROW_ITEMS = 65_536;
const ELASTIC_NET_LANES = 16;

/** A size; null is no limit. */
const number = (params: Params, name: string): number =>
  params[name] === null ? Number.POSITIVE_INFINITY : Number(params[name] ?? 0);
/** Length of a row of factors in the kernels, in bytes. */
const strideBytes = (dim: number): number => 4 * paddedDim(dim);

/** Sums, scratch, columns and marks of one row of an item-to-item matrix, and the weighed interactions. */
function rowWorkspace({ users, items, interactions }: FitShape): number {
  return matrixBytes(users, interactions) + 16 * items;
}

/** @param weighed Arrays of one float an interaction that the weighting makes. */
function similarity(shape: FitShape, params: Params, weighed: number): Phases {
  const kept = 8 * keptEntries(shape, number(params, "top_k"));
  const js = 4 * weighed * shape.interactions + 16 * shape.items + kept;
  return [
    { js, kernels: rowWorkspace(shape) },
    // The model's matrix is written while the kept rows are there.
    { js: js + 12 * shape.items, kernels: kept + 4 * shape.items },
  ];
}

function packedBytes(shape: FitShape, topK: number): number {
  const entryBytes = shape.items <= MAX_NARROW_ITEMS ? 4 : 6;
  return entryBytes * keptEntries(shape, topK) + 8 * shape.items;
}

function packedSimilarity(shape: FitShape, params: Params): Phases {
  const packed = packedBytes(shape, number(params, "top_k"));
  const weighed = number(params, "weight_power") === 1 ? 4 : 8;
  // The parts are joined at the end.
  const js = weighed * shape.interactions + 32 * shape.items + 2 * packed;
  return [{ js, kernels: rowWorkspace(shape) }];
}

function walk(shape: FitShape, params: Params): Phases {
  return similarity(shape, params, 2);
}

function cosine(shape: FitShape, params: Params): Phases {
  return similarity(shape, params, params.feature_weighting === "NONE" ? 0 : 1);
}

function userNeighbours({ users, items, interactions }: FitShape): Phases {
  const weighed = 8 * interactions + 4 * items + 8 * users;
  const copies = matrixBytes(users, interactions) + matrixBytes(items, interactions);
  return [{ js: weighed, kernels: copies + 20 * users + 12 * items }];
}

function factors(shape: FitShape, dim: number): number {
  return strideBytes(dim) * (shape.users + shape.items);
}

function ials(shape: FitShape, params: Params): Phases {
  const dim = number(params, "n_components");
  const confidences = params.confidence_scaling === "log" ? 8 * shape.interactions : 0;
  // For each side the Gram matrix, and two more of its size to solve with; on the heap, its eigenvectors while they are found.
  const square = paddedDim(dim) ** 2;
  const squares = 6 * 4 * square;
  const kernels = factors(shape, dim) + squares + 4 * shape.items + sliceBytesOf(shape, dim);
  return [{ js: confidences + 8 * square, kernels }];
}

/** Interactions of one step, cut by operations: long factors take few of them. */
function sliceBytesOf({ interactions }: FitShape, dim: number): number {
  return Math.min(20 * interactions, (IALS_SLICE_BYTES * 64) / paddedDim(dim));
}

/** Both sides' factors with their biases; items, users and a filter of all pairs; a score an item. */
function bpr(shape: FitShape, params: Params): Phases {
  const { users, items, interactions } = shape;
  const pairs = 8 * interactions + 4 * pairFilterWords(interactions) + 4 * users;
  return [{ js: 0, kernels: factors(shape, number(params, "n_components") + 1) + pairs + 4 * items }];
}

/** It begins with a decomposition, which is most of what it needs. */
function nmf(shape: FitShape, params: Params): Phases {
  const dim = number(params, "n_components");
  const [start] = svd(shape, params) as [MemoryPhase];
  // Both sides' factors, and the singular vectors that they begin with.
  return [{ js: start.js, kernels: start.kernels + 2 * factors(shape, dim) }];
}

function svd({ users, items }: FitShape, params: Params): Phases {
  const dim = Math.min(number(params, "n_components"), users, items);
  const width = paddedDim(Math.max(dim, Math.min(dim + SVD_OVERSAMPLING, items, users)));
  // The basis and its image, and either the product of users and a panel or a spare for the image.
  const basis = 4 * width * items;
  const product = 4 * panelWidth(width, users, items) * users;
  return [{ js: 8 * 4 * width ** 2, kernels: 2 * basis + Math.max(basis, product) + SLICE_BYTES }];
}

function gfCf({ users, items, interactions }: FitShape, params: Params): Phases {
  const stride = paddedDim(Math.min(number(params, "n_components"), users, items));
  const vectors = 4 * stride * items;
  const panels = 4 * Math.min(PANEL, stride) * (items + users) + 8 * stride ** 2;
  const js = 8 * interactions + 8 * (users + 2 * items);
  const copies = matrixBytes(users, interactions) + matrixBytes(items, interactions);
  return [
    { js: js + 16 * stride ** 2, kernels: vectors + panels + 2 * SLICE_BYTES },
    { js, kernels: vectors + copies + 16 * users + 12 * items },
  ];
}

function dense({ users, items, interactions }: FitShape, params: Params): Phases {
  const hasPowers = ["a", "b", "c"].some((name) => number(params, name) !== 0);
  // Scaled weights by item and by user, and a factor for each of them.
  const js = hasPowers ? 8 * interactions + 8 * users + 40 * items : 0;
  return [{ js, kernels: 4 * paddedDim(items) ** 2 + matrixBytes(users, interactions) + 4 * users }];
}

function slim(shape: FitShape, params: Params): Phases {
  const { users, items, interactions } = shape;
  const lanes = 4 * ELASTIC_NET_LANES * (users + items);
  const kept = 8 * keptEntries(shape, number(params, "top_k"));
  return [
    { js: kept, kernels: lanes + matrixBytes(items, interactions) },
    { js: 3 * kept, kernels: kept },
  ];
}

/** Neighbours are chosen first; then each column is solved for exactly, over those that it has. */
function sparseSlim(shape: FitShape, params: Params): Phases {
  const topK = number(params, "top_k");
  const { users, items, interactions } = shape;
  const packed = packedBytes(shape, topK);
  const lists = 10 * keptEntries(shape, topK) + 8 * items;
  return [
    { js: 8 * interactions + 32 * items + 2 * packed, kernels: rowWorkspace(shape) },
    {
      js: 8 * interactions + 24 * items + packed + lists,
      kernels: matrixBytes(items, interactions) + 8 * users,
    },
  ];
}

/** Blends are put together from the others; see `estimate-fit.ts`. */
export const MEMORY_PHASES: Readonly<
  Record<Exclude<AlgorithmName, "Blend">, (shape: FitShape, params: Params) => Phases>
> = {
  TopPop: ({ items }) => [{ js: 12 * items, kernels: 0 }],
  Trending: ({ items }) => [{ js: 12 * items, kernels: 0 }],
  CosineKNN: cosine,
  AsymmetricCosineKNN: cosine,
  JaccardKNN: (shape, params) => similarity(shape, params, 1),
  TverskyIndexKNN: (shape, params) => similarity(shape, params, 1),
  CosineUserKNN: userNeighbours,
  AsymmetricCosineUserKNN: userNeighbours,
  P3alpha: walk,
  RP3beta: walk,
  DenseSLIM: dense,
  EDLAE: dense,
  SLIM: slim,
  SparseSLIM: sparseSlim,
  TruncatedSVD: svd,
  NMF: nmf,
  IALS: ials,
  BPR: bpr,
  DegreeKNN: packedSimilarity,
  GFCF: gfCf,
  TurboCF: packedSimilarity,
};

/** Bytes of a finished component as a blend keeps it. */
export function storedBytes(
  name: AlgorithmName,
  shape: FitShape,
  params: Params,
  isQuantized: boolean,
): number {
  const dim = number(params, "n_components");
  const factorBytes = (isQuantized ? dim + 4 : 4 * dim) * shape.items;
  switch (name) {
    case "IALS":
    case "BPR":
    case "NMF":
    case "TruncatedSVD":
      return factorBytes + 4 * dim ** 2;
    case "GFCF":
      return factorBytes + matrixBytes(shape.users, shape.interactions) + 8 * shape.items;
    case "DegreeKNN":
    case "TurboCF":
    case "SparseSLIM":
      return packedBytes(shape, number(params, "top_k"));
    case "DenseSLIM":
    case "EDLAE":
      return 4 * shape.items ** 2;
    case "CosineUserKNN":
    case "AsymmetricCosineUserKNN":
      return matrixBytes(shape.users, shape.interactions);
    case "TopPop":
    case "Trending":
      return 4 * shape.items;
    default:
      return 8 * keptEntries(shape, number(params, "top_k"));
  }
}
