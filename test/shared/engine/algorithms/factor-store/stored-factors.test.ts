import { afterEach, describe, expect, it } from "vitest";
import { Factors } from "../../../../../shared/engine/algorithms/factor-store/factors.ts";
import {
  itemFactorSections,
  quantizeItemFactors,
  requireItemFactors,
  requireStoredFactors,
  withFloatFactors,
} from "../../../../../shared/engine/algorithms/factor-store/stored-factors.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";

const NAME = "x.item-factors";
const COUNT = 5;
const DIM = 11;
const kernels = loadWasmKernels();

afterEach(() => kernels.freeAll());

function randomFactors(): Factors {
  const random = createRandom(2);
  const factors = new Factors(kernels, COUNT, DIM, 16);
  factors.unpack(Float32Array.from({ length: COUNT * DIM }, (_, at) => (at < DIM ? 0 : random.normal())));
  return factors;
}

describe("one-byte item factors", () => {
  it("are off by half a step of the item's scale at most, and leave padding and empty items zero", () => {
    const factors = randomFactors();
    const sections = itemFactorSections(NAME, factors, { int8Factors: true });
    const restored = requireItemFactors(sections, NAME, kernels, { count: COUNT, dim: DIM });
    const [expected, found] = [factors.pack(), restored.pack()];
    for (let item = 0; item < COUNT; item++) {
      const row = [...expected.subarray(item * DIM, (item + 1) * DIM)];
      const bound = (Math.max(...row.map(Math.abs)) / 254) * 1.001;
      row.forEach((value, k) => {
        expect(Math.abs(value - (found[item * DIM + k] as number))).toBeLessThanOrEqual(bound);
      });
    }
    expect([...restored.buffer.view.subarray(DIM, 16)]).toEqual([0, 0, 0, 0, 0]);
  });

  it("are the same from floats as from kernel memory, and after a round trip", () => {
    const factors = randomFactors();
    const direct = itemFactorSections(NAME, factors, { int8Factors: true });
    expect(quantizeItemFactors(itemFactorSections(NAME, factors), COUNT)).toEqual(direct);
    const restored = requireItemFactors(direct, NAME, kernels, { count: COUNT, dim: DIM });
    expect(itemFactorSections(NAME, restored, { int8Factors: true })).toEqual(direct);
  });

  it("appear as floats to a reader of floats", () => {
    const sections = itemFactorSections(NAME, randomFactors(), { int8Factors: true });
    const floats = withFloatFactors(sections).find(({ name }) => name === NAME)?.data;
    const restored = requireItemFactors(sections, NAME, kernels, { count: COUNT, dim: DIM });
    expect(floats).toEqual(restored.pack());
  });

  it("are refused with a byte of 0, which is no value, and with the wrong length", () => {
    const [bytes, scales] = itemFactorSections(NAME, randomFactors(), { int8Factors: true });
    if (!bytes || !scales) throw new Error("Two sections were expected.");
    const decode = (sections: (typeof bytes)[]) => () =>
      requireItemFactors(sections, NAME, kernels, { count: COUNT, dim: DIM });
    const damaged = [
      [{ ...bytes, data: new Uint8Array(COUNT * DIM) }, scales],
      [{ ...bytes, data: bytes.data.slice(1) }, scales],
      [bytes, { ...scales, data: new Float32Array(COUNT).fill(Number.NaN) }],
      [bytes],
    ];
    for (const sections of damaged) {
      expect(decode(sections)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
    }
  });
});

describe("factors kept at one byte each", () => {
  const stored = () => itemFactorSections(NAME, randomFactors(), { int8Factors: true });
  const bothForms = () => {
    const shape = { count: COUNT, dim: DIM };
    return {
      floats: requireItemFactors(stored(), NAME, kernels, shape),
      bytes: requireStoredFactors(stored(), NAME, kernels, shape),
    };
  };

  it("take a quarter of the memory", () => {
    const before = kernels.allocatedBytes;
    const shape = { count: 4096, dim: 64 };
    const large = new Factors(kernels, shape.count, shape.dim, 64);
    const floats = kernels.allocatedBytes - before;
    const sections = itemFactorSections(NAME, large, { int8Factors: true });
    const middle = kernels.allocatedBytes;
    requireStoredFactors(sections, NAME, kernels, shape);
    // Plus four bytes an item for its scale.
    expect((kernels.allocatedBytes - middle) / floats).toBeLessThan(0.27);
  });

  it("score as floats do, but for the rounding of the vector to 16 bits", () => {
    const { floats, bytes } = bothForms();
    const random = createRandom(8);
    const vectors = kernels.allocF32(3 * bytes.stride);
    for (let k = 0; k < vectors.length; k++) vectors.view[k] = k % bytes.stride < DIM ? random.normal() : 0;
    const [expected, found] = [floats, bytes].map((items) => {
      const out = kernels.allocF32(2 * COUNT);
      items.scoreInto(vectors, bytes.stride, 2, out);
      return out.view;
    }) as [Float32Array, Float32Array];
    for (const [at, score] of expected.entries()) expect(found[at]).toBeCloseTo(score, 3);
    expect(expected.some((score) => Math.abs(score) > 1)).toBe(true);
  });

  it("score 0 by a vector of zeros", () => {
    const { bytes } = bothForms();
    const out = kernels.allocF32(COUNT);
    bytes.scoreInto(kernels.allocF32(bytes.stride), 0, 1, out);
    expect([...out.view]).toEqual([0, 0, 0, 0, 0]);
  });

  it("give the same rows and products, and are written as they were read", () => {
    const { floats, bytes } = bothForms();
    expect(bytes.pack()).toEqual(floats.pack());
    expect(bytes.dotRows(1, 2)).toBeCloseTo(floats.dotRows(1, 2), 5);
    expect(itemFactorSections(NAME, bytes, { int8Factors: true })).toEqual(stored());
  });

  it("free all their memory, once", () => {
    const sections = stored();
    const before = kernels.allocatedBytes;
    const bytes = requireStoredFactors(sections, NAME, kernels, { count: COUNT, dim: DIM });
    bytes.release();
    bytes.release();
    expect(kernels.allocatedBytes).toBe(before);
  });
});
