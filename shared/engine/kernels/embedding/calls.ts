import type { F32Buffer, SparseRows, U32Buffer } from "../memory/buffers.ts";

/** Numbers of the losses in the assembly. */
export const EMBEDDING_LOSSES = ["warp", "bpr", "logistic"] as const;
export type EmbeddingLoss = (typeof EMBEDDING_LOSSES)[number];

/** Users or items: each has a vector, the sum of the embeddings of its features. */
export interface EmbeddingSide {
  /** A row for each user or item; indices are rows of `embeddings`. */
  readonly features: SparseRows;
  /** One row of `dim` floats for each feature, improved in place. */
  readonly embeddings: F32Buffer;
  /** As long: Adagrad's summed squares of gradients, or Adadelta's mean squares. */
  readonly squares: F32Buffer;
  /** As long: Adadelta's mean squares of changes. Null: Adagrad. */
  readonly changes: F32Buffer | null;
  /** λ of the squares of all embeddings; each step shrinks all by λ times its mean rate. */
  readonly penalty: number;
}

export interface EmbeddingCall {
  readonly users: EmbeddingSide;
  readonly items: EmbeddingSide;
  /** The factors of the embeddings of users and of items: 1 and 1 at first. Advanced. */
  readonly scales: F32Buffer;
  readonly dim: number;
  /** The coordinate of the bias; those behind it stay zero. */
  readonly biasAt: number;
  readonly rate: number;
  /** Adadelta's share of what was, and what keeps its quotients finite. */
  readonly rho: number;
  readonly epsilon: number;
  /** The user-items matrix: rows of item indices, ascending, and the user of each entry. */
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  readonly entryUsers: U32Buffer;
  /** How much each entry counts; null: all the same. */
  readonly weights: F32Buffer | null;
  /** As `fillPairFilter` filled it from that matrix. */
  readonly filter: U32Buffer;
  /** The items that may be drawn, at least one. */
  readonly others: U32Buffer;
  /** Entries are visited in an order that `order` chooses, from one place to another. */
  readonly fromPlace: number;
  readonly toPlace: number;
  readonly order: number;
  readonly loss: EmbeddingLoss;
  /** Draws at most to find another item. */
  readonly mostDraws: number;
  /** Length 4 · dim; holds nothing between calls. */
  readonly scratch: F32Buffer;
  /** Four words of a random generator, not all zero; advanced. */
  readonly state: U32Buffer;
}

/** Kernels for vectors that are sums of embeddings of features. */
export interface EmbeddingKernels {
  /** Stochastic gradient steps on some interactions; see the assembly for the losses. */
  trainEmbeddings(call: EmbeddingCall): void;
}
