import { describe, expect, it } from "vitest";
import { mainEffects } from "#web/features/study/importance/main-effects.ts";
import { createDraws } from "#web/features/study/importance/random.ts";
import { growTree, type Leaf } from "#web/features/study/importance/regression-tree.ts";

/** x₀ < ½ → 0; else x₁ < ½ → 1, else 3. */
const LEAVES: readonly Leaf[] = [
  { low: [0, 0], high: [0.5, 1], value: 0 },
  { low: [0.5, 0], high: [1, 0.5], value: 1 },
  { low: [0.5, 0.5], high: [1, 1], value: 3 },
];

describe("mainEffects", () => {
  it("equals the analysis by hand", () => {
    // f₀ = ½·0 + ¼·1 + ¼·3 = 1; V = ½·1 + ¼·0 + ¼·4 = 1.5.
    // a₀ = 0, then 2: V₀ = 1. a₁ = ½·0 + ½·1 = ½, then ½·0 + ½·3 = 1½: V₁ = ¼.
    const [first, second] = mainEffects(LEAVES) ?? [];
    expect(first).toBeCloseTo(1 / 1.5, 12);
    expect(second).toBeCloseTo(0.25 / 1.5, 12);
  });

  it("has no shares where the tree predicts one value", () => {
    expect(mainEffects([{ low: [0], high: [1], value: 2 }])).toBeNull();
  });

  it("agrees with means over a fine grid for a grown tree", () => {
    const draw = createDraws(3);
    const columns = [0, 1].map(() => Float64Array.from({ length: 60 }, () => draw(1000) / 1000));
    const values = Float64Array.from({ length: 60 }, (_, at) => {
      const [a, b] = columns.map((column) => column[at] ?? 0);
      return Math.sin(6 * (a ?? 0)) + (a ?? 0) * (b ?? 0);
    });
    const leaves = growTree(
      { columns, values },
      Array.from({ length: 60 }, (_, at) => at),
    );
    const grid = Array.from({ length: 200 }, (_, at) => (at + 0.5) / 200);
    const at = (x: number, y: number) =>
      leaves.find(({ low, high }) => [x, y].every((v, d) => v > (low[d] ?? 0) && v <= (high[d] ?? 0)))
        ?.value ?? NaN;
    const table = grid.map((x) => grid.map((y) => at(x, y)));
    const meanOf = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
    const varianceOf = (list: readonly number[]) => {
      const mean = meanOf(list);
      return meanOf(list.map((one) => (one - mean) ** 2));
    };
    const total = varianceOf(table.flat());
    const along = [table.map(meanOf), grid.map((_, y) => meanOf(table.map((row) => row[y] ?? 0)))];
    const effects = mainEffects(leaves) ?? [];
    for (const [param, means] of along.entries()) {
      expect(effects[param]).toBeCloseTo(varianceOf(means) / total, 1);
    }
  });
});

describe("growTree", () => {
  it("cuts where the value changes, and fills the cube", () => {
    const columns = [
      Float64Array.of(0.1, 0.2, 0.3, 0.7, 0.8, 0.9),
      Float64Array.of(0.5, 0.1, 0.9, 0.5, 0.1, 0.9),
    ];
    const leaves = growTree({ columns, values: Float64Array.of(1, 1, 1, 5, 5, 5) }, [0, 1, 2, 3, 4, 5]);
    expect(leaves.toSorted((a, b) => a.value - b.value)).toEqual([
      { low: [0, 0], high: [0.5, 1], value: 1 },
      { low: [0.5, 0], high: [1, 1], value: 5 },
    ]);
  });

  it("leaves points of one place together", () => {
    const points = { columns: [Float64Array.of(0.5, 0.5, 0.5, 0.5)], values: Float64Array.of(1, 2, 3, 4) };
    expect(growTree(points, [0, 1, 2, 3])).toEqual([{ low: [0], high: [1], value: 2.5 }]);
  });
});
