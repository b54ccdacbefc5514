import { expect, it } from "vitest";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { createRandom } from "#engine/random.ts";
import { f32 } from "./kernel-fixture.ts";
import { loadWasmKernels } from "./load-kernels.ts";

const KERNELS = [createScalarKernels(), loadWasmKernels()];

it.each(KERNELS)("collects equal scores, too, in their order, and passes over NaN ($kind)", (kernels) => {
  const scores = f32(kernels, [1, 5, Number.NaN, 3, 2, 3, Number.NEGATIVE_INFINITY, 0, 9, 3, 8]);
  const out = kernels.allocU32(8);
  expect(kernels.collectAbove(scores, 10, 3, out)).toBe(5);
  expect([...out.view.subarray(0, 5)]).toEqual([1, 3, 5, 8, 9]);
});

it.each(KERNELS)("counts what there is no room for, and leaves the memory behind it ($kind)", (kernels) => {
  const random = createRandom(5);
  const values = Float32Array.from({ length: 1003 }, () => random.next());
  const scores = f32(kernels, values);
  const [out, behind] = [kernels.allocU32(4), kernels.allocU32(4)];
  const wanted = [...values.keys()].filter((at) => (values[at] as number) >= 0.75);
  expect(kernels.collectAbove(scores, values.length, 0.75, out)).toBe(wanted.length);
  expect([...out.view]).toEqual(wanted.slice(0, 4));
  expect([...behind.view]).toEqual([0, 0, 0, 0]);
});
