import { describe, expect, it } from "vitest";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import type { Section } from "../../../../../shared/engine/artifact/section.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { inputOf, matrixOf, randomRows } from "../fit-fixture.ts";

describeAlgorithmContract("NMF", { n_components: 2, alpha: 0.001 }, { isSeeded: true, isExplainable: false });
describeAlgorithmContract(
  "NMF",
  { n_components: 3, alpha: 0.001, init: "random" },
  { isSeeded: true, isExplainable: false },
);

const kernels = loadWasmKernels();

/** Factors of a finished fit as dense rows. */
function factorsOf(rows: number[][], params: Record<string, number | string>, dim: number) {
  const task = algorithmOf("NMF").begin(inputOf(matrixOf(rows), kernels), params);
  while (!task.done) task.step();
  const sections: Section[] = task.checkpoint();
  const rowsOf = (name: string) => {
    const data = sections.find((section) => section.name === name)?.data as Float32Array;
    return Array.from({ length: data.length / dim }, (_, row) => [
      ...data.subarray(row * dim, (row + 1) * dim),
    ]);
  };
  return { users: rowsOf("nmf.user-factors"), items: rowsOf("nmf.item-factors") };
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);

describe("NMF", () => {
  it("recovers a non-negative matrix of rank one", () => {
    const rows = [
      [1, 2, 3],
      [2, 4, 6],
      [0, 0, 0],
    ];
    const { users, items } = factorsOf(rows, { n_components: 1, alpha: 0 }, 1);
    rows.forEach((row, user) => {
      row.forEach((value, item) => {
        expect(dot(users[user] as number[], items[item] as number[])).toBeCloseTo(value, 4);
      });
    });
  });

  it.each(["nndsvd", "nndsvda", "random"])("ends at a stationary point of the loss, from %s", (init) => {
    const rows = randomRows(25, 18, 4, 0.5);
    const { users, items } = factorsOf(rows, { n_components: 3, alpha: 0.02, l1_ratio: 0.3, init }, 3);
    const [l1, l2] = [18 * 0.02 * 0.3, 18 * 0.02 * 0.7];
    // ∂/∂w of ½ |x − H w|² + l1 Σ w + l2/2 |w|²: zero inside, not negative at the bound. The last pass moved items after users.
    let total = 0;
    rows.forEach((row, user) => {
      const w = users[user] as number[];
      w.forEach((value, k) => {
        const gradient =
          row.reduce(
            (sum, x, item) =>
              sum + (dot(w, items[item] as number[]) - x) * ((items[item] as number[])[k] as number),
            0,
          ) +
          l1 +
          l2 * value;
        total += Math.abs(value === 0 ? Math.min(0, gradient) : gradient);
      });
    });
    const scale = rows.flat().reduce((sum, x) => sum + x, 0);
    expect(total / scale).toBeLessThan(0.02);
    expect([...users.flat(), ...items.flat()].every((value) => value >= 0)).toBe(true);
  });

  it("shrinks everything to zero under a huge penalty", () => {
    const { users } = factorsOf(randomRows(8, 6, 2), { n_components: 2, alpha: 1000, l1_ratio: 1 }, 2);
    expect(users.flat().every((value) => value === 0)).toBe(true);
  });
});
