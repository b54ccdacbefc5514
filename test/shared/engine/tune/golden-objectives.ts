import { choice, float, int, logFloat, type Objective } from "./objectives.ts";

const num = (value: unknown): number => value as number;
const whenAlgorithm = (equals: string) => ({ param: "algorithm", equals });

export interface Hartmann {
  readonly A: readonly (readonly number[])[];
  readonly P: readonly (readonly number[])[];
  readonly alpha: readonly number[];
}

/** The six functions that the recorded studies minimised. */
export function goldenObjectives(hartmann: Hartmann): Record<string, Objective> {
  const axes = (count: number, low: number, high: number) =>
    Array.from({ length: count }, (_, at) => float(`x${at}`, low, high));
  return {
    sphere: {
      space: axes(5, -5, 5),
      evaluate: (params) => Object.values(params).reduce<number>((sum, x) => sum + num(x) ** 2, 0),
    },
    branin: {
      space: [float("x", -5, 10), float("y", 0, 15)],
      evaluate: ({ x, y }) => branin(num(x), num(y)),
    },
    hartmann6: {
      space: axes(6, 0, 1),
      evaluate: (params) =>
        -hartmann.alpha.reduce((sum, alpha, row) => {
          const distance = Object.values(params).reduce<number>(
            (total, x, at) => total + num(hartmann.A[row]?.[at]) * (num(x) - num(hartmann.P[row]?.[at])) ** 2,
            0,
          );
          return sum + alpha * Math.exp(-distance);
        }, 0),
    },
    rosenbrock3: {
      space: axes(3, -2, 2),
      evaluate: ({ x0, x1, x2 }) => valley(num(x0), num(x1)) + valley(num(x1), num(x2)),
    },
    logscale: {
      space: [logFloat("lr", 1e-6, 1), logFloat("reg", 1e-8, 1), int("n", 4, 512, undefined, true)],
      evaluate: ({ lr, reg, n }) =>
        (Math.log10(num(lr)) + 3) ** 2 +
        0.5 * (Math.log10(num(reg)) + 4) ** 2 +
        (2 * (Math.log2(num(n)) - 6) ** 2) / 9,
    },
    conditional: {
      space: [
        choice("algorithm", ["A", "B", "C"]),
        float("A.x", -3, 3, whenAlgorithm("A")),
        float("B.x", -3, 3, whenAlgorithm("B")),
        logFloat("B.reg", 1e-6, 1, whenAlgorithm("B")),
        float("C.x", -3, 3, whenAlgorithm("C")),
        float("C.y", -3, 3, whenAlgorithm("C")),
        int("C.k", 1, 50, whenAlgorithm("C")),
      ],
      evaluate(params) {
        const at = (name: string) => num(params[name]);
        if (params.algorithm === "A") return 1 + (at("A.x") - 1) ** 2;
        if (params.algorithm === "B")
          return 0.5 + (at("B.x") + 1) ** 2 + (Math.log10(at("B.reg")) + 2) ** 2 / 4;
        return (at("C.x") - 2) ** 2 + (at("C.y") + 2) ** 2 + (0.2 * Math.abs(at("C.k") - 30)) / 10;
      },
    },
  };
}

function branin(x: number, y: number): number {
  const bend = y - (5.1 * x * x) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6;
  return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

function valley(x: number, next: number): number {
  return 100 * (next - x ** 2) ** 2 + (1 - x) ** 2;
}
