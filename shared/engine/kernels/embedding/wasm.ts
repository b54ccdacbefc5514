import type { KernelBuffer } from "../memory/buffers.ts";
import { at, pointersOf, requireLength } from "../memory/wasm-buffer.ts";
import { pairFilterShift } from "../ranking/calls.ts";
import { EMBEDDING_LOSSES, type EmbeddingCall, type EmbeddingKernels, type EmbeddingSide } from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface EmbeddingExports {
  trainEmbeddings(...args: number[]): void;
}

export function wasmEmbedding(exports: EmbeddingExports): EmbeddingKernels {
  return {
    trainEmbeddings(call: EmbeddingCall): void {
      const { dim, biasAt, rate, rho, epsilon, fromPlace, toPlace, order, mostDraws } = call;
      const entryCount = call.indices.length;
      requireLength(call.entryUsers, entryCount);
      if (call.weights) requireLength(call.weights, entryCount);
      requireLength(call.scratch, 4 * dim);
      requireLength(call.scales, 2);
      requireLength(call.state, 4);
      const sides = [...sideArgs(call.users, dim), ...sideArgs(call.items, dim), at(call.scales)];
      const lists = [at(call.indptr), at(call.indices), at(call.entryUsers), addressOf(call.weights)];
      const { others, filter } = call;
      const pairs = [entryCount, at(others), others.length, at(filter), pairFilterShift(filter.length)];
      const places = [fromPlace, toPlace, order, EMBEDDING_LOSSES.indexOf(call.loss), mostDraws];
      const schedule = [dim, biasAt, rate, rho, epsilon];
      const memory = [at(call.scratch), at(call.state)];
      exports.trainEmbeddings(...sides, ...schedule, ...lists, ...pairs, ...places, ...memory);
    },
  };
}

function sideArgs({ features, embeddings, squares, changes, penalty }: EmbeddingSide, dim: number): number[] {
  requireLength(squares, embeddings.length);
  if (changes) requireLength(changes, embeddings.length);
  const arrays = [at(embeddings), at(squares), addressOf(changes)];
  return [...pointersOf(features), ...arrays, penalty, embeddings.length / dim];
}

function addressOf(buffer: KernelBuffer<unknown> | null): number {
  return buffer ? at(buffer) : 0;
}
