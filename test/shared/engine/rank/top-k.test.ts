import { describe, expect, it } from "vitest";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { topKAgainInto, topKInto } from "../../../../shared/engine/rank/top-k.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";

type TopK = (scores: Float32Array, k: number) => number[];

const plain: TopK = (scores, k) => {
  const out = new Uint32Array(k);
  return [...out.subarray(0, topKInto(scores, k, out))];
};

const kernelTopK = [loadWasmKernels(), createScalarKernels()].map((kernels): [string, TopK] => [
  kernels.kind,
  (scores, k) => {
    const buffer = kernels.allocF32(scores.length);
    buffer.view.set(scores);
    const out = kernels.allocU32(k);
    const chosen = [...out.view.subarray(0, kernels.topKInto(buffer, scores.length, k, out))];
    kernels.freeAll();
    return chosen;
  },
]);

function bruteForce(scores: Float32Array, k: number): number[] {
  return [...scores.keys()]
    .filter((index) => (scores[index] as number) > Number.NEGATIVE_INFINITY)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
    .slice(0, k);
}

describe.each([["plain", plain] as [string, TopK], ...kernelTopK])("topKInto (%s)", (_, topK) => {
  it("orders by score, then by lower index", () => {
    expect(topK(Float32Array.of(1, 3, 2, 3, -5), 4)).toEqual([1, 3, 2, 0]);
  });

  it("never chooses NaN or -Infinity, and may choose +Infinity", () => {
    const scores = Float32Array.of(Number.NaN, 1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(topK(scores, 4)).toEqual([3, 1]);
    expect(
      topK(
        scores.map(() => Number.NaN),
        2,
      ),
    ).toEqual([]);
  });

  it("chooses nothing from no scores, and nothing for k 0", () => {
    expect(topK(new Float32Array(0), 3)).toEqual([]);
    expect(topK(Float32Array.of(1, 2), 0)).toEqual([]);
  });

  it.each([1, 2, 7, 8, 9, 33, 100, 1000])("equals sorting for k %i", (k) => {
    const random = createRandom(k);
    for (const kinds of [3, 50, 1e9]) {
      for (const length of [1, 5, 16, 100, 517]) {
        const scores = Float32Array.from({ length }, () => random.below(kinds));
        scores[random.below(length)] = Number.NaN;
        scores[random.below(length)] = Number.NEGATIVE_INFINITY;
        expect(topK(scores, k)).toEqual(bruteForce(scores, k));
      }
    }
  });

  it("equals sorting on rising and falling scores", () => {
    const rising = Float32Array.from({ length: 300 }, (_value, at) => at);
    expect(topK(rising, 20)).toEqual(bruteForce(rising, 20));
    expect(topK(rising.toReversed(), 20)).toEqual(bruteForce(rising.toReversed(), 20));
  });
});

describe("topKAgainInto", () => {
  const again = (scores: Float32Array, out: Uint32Array): number[] => {
    const space = { indices: new Uint32Array(scores.length), scores: new Float32Array(scores.length) };
    return [...out.subarray(0, topKAgainInto(scores, out.length, out, space))];
  };

  it.each([0, 0.1, 5])(
    "equals sorting after scores have changed by %f, whatever was there before",
    (change) => {
      const random = createRandom(4);
      for (const kinds of [3, 50, 1e9]) {
        for (const k of [1, 5, 20]) {
          const scores = Float32Array.from({ length: 120 }, () => random.below(kinds));
          const out = Uint32Array.from({ length: k }, (_, at) => 7 * at);
          for (let round = 0; round < 4; round++) {
            expect(again(scores, out)).toEqual(bruteForce(scores, k));
            for (const at of scores.keys()) scores[at] = (scores[at] as number) + change * random.normal();
          }
        }
      }
    },
  );

  it("ignores scores that are not finite", () => {
    const scores = Float32Array.of(Number.NaN, 2, Number.NEGATIVE_INFINITY, 3);
    expect(again(scores, Uint32Array.of(0, 1, 3))).toEqual([3, 1]);
    expect(again(scores, Uint32Array.of(1, 2, 3))).toEqual([3, 1]);
  });
});
