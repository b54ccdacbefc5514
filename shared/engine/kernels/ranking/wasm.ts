import { at, requireLength } from "../memory/wasm-buffer.ts";
import { type PairFilterCall, pairFilterShift, type RankingCall, type RankingKernels } from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface RankingExports {
  fillPairFilter(...args: number[]): void;
  trainRanking(...args: number[]): void;
}

export function wasmRanking(exports: RankingExports): RankingKernels {
  return {
    fillPairFilter({ indptr, indices, filter }: PairFilterCall): void {
      const shift = pairFilterShift(filter.length);
      exports.fillPairFilter(at(indptr), at(indices), indptr.length - 1, at(filter), shift);
    },

    trainRanking(call: RankingCall): void {
      const { dim, biasAt, itemCount, samples, rate, userReg, itemReg } = call;
      requireLength(call.items, itemCount * dim);
      requireLength(call.users, (call.indptr.length - 1) * dim);
      requireLength(call.entryUsers, call.indices.length);
      requireLength(call.state, 4);
      const lists = [at(call.indptr), at(call.indices), at(call.entryUsers), call.indices.length];
      const rates = [rate, userReg, itemReg, call.isWarp ? 1 : 0];
      const factors = [at(call.users), at(call.items), dim, biasAt];
      const filter = [at(call.filter), pairFilterShift(call.filter.length)];
      exports.trainRanking(...factors, ...lists, itemCount, samples, ...rates, at(call.state), ...filter);
    },
  };
}
