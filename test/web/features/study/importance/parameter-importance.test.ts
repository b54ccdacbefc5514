import { describe, expect, it } from "vitest";
import { importanceOf } from "#web/features/study/importance/parameter-importance.ts";
import { createDraws } from "#web/features/study/importance/random.ts";

function run(heightOf: (point: readonly number[]) => number, count = 300) {
  const draw = createDraws(11);
  const points = Array.from({ length: count }, () => [0, 1, 2].map(() => draw(10_000) / 10_000));
  const steps = importanceOf({
    columns: [0, 1, 2].map((column) => Float64Array.from(points, (point) => point[column] ?? 0)),
    values: Float64Array.from(points, heightOf),
  });
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

describe("importanceOf", () => {
  it("gives a sum's parameters the shares of their variances", () => {
    // Var(2a) : Var(b) = 4 : 1, and c is not read.
    const found = run(([a = 0, b = 0]) => 2 * a + b);
    const [first = 0, second = 0, third = 0] = found?.shares.map(({ mean }) => mean) ?? [];
    expect(first).toBeGreaterThan(0.7);
    expect(first).toBeLessThan(0.85);
    expect(second).toBeGreaterThan(0.12);
    expect(second).toBeLessThan(0.25);
    expect(third).toBeLessThan(0.02);
  });

  it("leaves to the rest what only a combination explains", () => {
    // (a − ½)(b − ½) has no effect of one parameter alone.
    const found = run(([a = 0, b = 0]) => (a - 0.5) * (b - 0.5));
    expect(found?.rest).toBeGreaterThan(0.5);
    expect(found?.shares[2]?.mean).toBeLessThan(0.1);
  });

  it("says nothing where the value never changes", () => {
    expect(run(() => 0.3)).toBeNull();
  });

  it("is the same at every call", () => {
    const heightOf = ([a = 0, b = 0, c = 0]: readonly number[]) => a + Math.sin(9 * b) * c;
    expect(run(heightOf, 50)).toEqual(run(heightOf, 50));
  });
});
