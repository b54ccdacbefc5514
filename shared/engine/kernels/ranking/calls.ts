import type { F32Buffer, U32Buffer } from "../memory/buffers.ts";

export interface PairFilterCall {
  /** The user-items matrix. */
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  /** Zero, of length `pairFilterWords`. */
  readonly filter: U32Buffer;
}

/** Words of a filter: a power of two, at least eight bits an entry. One in eight absent pairs or fewer may then seem present. */
export function pairFilterWords(entryCount: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, entryCount / 4)));
}

/** How far the hash of a pair is shifted to give a bit of a filter of this many words. */
export function pairFilterShift(words: number): number {
  return Math.clz32(words) - 4;
}

export interface RankingCall {
  /** Rows of `dim` floats, improved in place; coordinate `biasAt` of users stays 1. */
  readonly users: F32Buffer;
  readonly items: F32Buffer;
  readonly dim: number;
  readonly biasAt: number;
  /** The user-items matrix: rows of item indices, ascending, and the user of each entry. */
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  readonly entryUsers: U32Buffer;
  /** As `fillPairFilter` filled it from that matrix. */
  readonly filter: U32Buffer;
  readonly itemCount: number;
  readonly samples: number;
  readonly rate: number;
  readonly userReg: number;
  readonly itemReg: number;
  /** False: BPR. */
  readonly isWarp: boolean;
  /** Four words of a random generator, not all zero; advanced. */
  readonly state: U32Buffer;
}

/** Kernels for learning from pairs by stochastic gradients. */
export interface RankingKernels {
  /** Marks the pairs of a sparse matrix in a Bloom filter, which tells of most absent pairs that they are absent. */
  fillPairFilter(call: PairFilterCall): void;
  /** Stochastic gradient steps that rank the items of users above their other items, by BPR or WARP. */
  trainRanking(call: RankingCall): void;
}
