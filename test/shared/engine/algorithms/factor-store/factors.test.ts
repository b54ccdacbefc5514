import { describe, expect, it } from "vitest";
import { requireFloatFactors } from "#engine/algorithms/factor-store/factors.ts";
import { KernelSection } from "#engine/algorithms/fit/kernel-section.ts";
import type { Section } from "#engine/artifact/section.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { createRandom } from "#engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";

const NAME = "x.item-factors";
const COUNT = 37;

const KERNELS = { wasm: loadWasmKernels, scalar: createScalarKernels };

describe.each(["wasm", "scalar"] as const)("stored factors, read by %s kernels", (kind) => {
  it.each([8, 3, 17])(
    "are the same from memory of their own and of the kernels, with %i numbers a row",
    (dim) => {
      const random = createRandom(dim);
      const values = Float32Array.from(
        { length: COUNT * dim },
        () => random.normal() * 10 ** (random.below(70) - 35),
      );
      const kernels = KERNELS[kind]();
      const inKernels = new KernelSection(NAME, kernels.allocF32(values.length));
      inKernels.data.set(values);
      for (const section of [{ name: NAME, data: values }, inKernels] as Section[]) {
        expect(requireFloatFactors([section], NAME, kernels, { count: COUNT, dim }).pack()).toEqual(values);
      }
    },
  );

  it("are refused with a number that is not finite anywhere, with its place", () => {
    const random = createRandom(1);
    const kernels = KERNELS[kind]();
    for (let n = 0; n < 60; n++) {
      const dim = 1 + random.below(20);
      const data = Float32Array.from({ length: COUNT * dim }, () => random.normal());
      const at = random.below(data.length);
      const value = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][n % 3] as number;
      data[at] = value;
      expect(() => requireFloatFactors([{ name: NAME, data }], NAME, kernels, { count: COUNT, dim })).toThrow(
        `Section "${NAME}" holds ${value} at ${at}.`,
      );
    }
  });
});
