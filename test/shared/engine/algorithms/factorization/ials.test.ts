import { afterEach, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import type { Section } from "../../../../../shared/engine/artifact/section.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { createScalarKernels } from "../../../../../shared/engine/kernels/scalar-kernels.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { copyOf } from "../../../../setup/copy-of.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import {
  fitModel,
  inputOf,
  matrixOf,
  profileOf,
  randomRows,
  runToEnd,
  scoreAll,
  scoreProfile,
} from "../fit-fixture.ts";

describeAlgorithmContract(
  "IALS",
  { n_components: 6, alpha0: 0.2, reg: 0.01, train_epochs: 4 },
  { isSeeded: true },
);

describeAlgorithmContract(
  "IALS",
  // More than one block of coordinates, the last of them not whole.
  { n_components: 40, alpha0: 0.2, reg: 0.02, train_epochs: 4, solver: "subspace" },
  { isSeeded: true },
);

describeAlgorithmContract(
  "IALS",
  { n_components: 12, alpha0: 0.2, reg: 0.02, train_epochs: 4, solver: "preconditioned" },
  { isSeeded: true },
);

const kernels = loadWasmKernels();
const matrix = matrixOf(randomRows(30, 20, 9));
const settings = { n_components: 5, alpha0: 0.3, reg: 0.02, nu: 0.8, train_epochs: 60 };

afterEach(() => kernels.freeAll());

/** Factors of a fit after each whole epoch. */
function factorsByEpoch(params: AlgorithmParams): { users: Float32Array; items: Float32Array }[] {
  const task = algorithmOf("IALS").begin(inputOf(matrix, kernels), params);
  const epochs: { users: Float32Array; items: Float32Array }[] = [];
  while (!task.done) {
    task.step();
    if (task.epoch === epochs.length) continue;
    const factors = task.checkpoint();
    // Rows of five, padded to eight.
    const find = (name: string) => sectionOf(factors, name).filter((_, at) => at % 8 < 5) as Float32Array;
    epochs.push({ users: find("ials.user-factors"), items: find("ials.item-factors") });
  }
  return epochs;
}

function denseOf({ rowCount, columnCount }: CsrMatrix): number[][] {
  return Array.from({ length: rowCount }, (_, user) => {
    const row = new Array<number>(columnCount).fill(0);
    const { indices, weights } = profileOf(matrix, user);
    indices.forEach((item, at) => {
      row[item] = weights[at] as number;
    });
    return row;
  });
}

const dense = denseOf(matrix);
const ridge = (other: number, count: number) => 0.02 * (0.3 * other + count) ** 0.8;
const countOf = (row: readonly number[]) => row.filter((weight) => weight > 0).length;
const columnsOf = (item: number) => dense.map((row) => row[item] as number);

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);
}

const rowOf = (factors: Float32Array, at: number) => factors.subarray(at * 5, (at + 1) * 5);

/** The loss of the doc comment of `ials.ts`, term by term. */
function lossOf({ users, items }: { users: Float32Array; items: Float32Array }): number {
  let loss = 0;
  dense.forEach((row, user) => {
    row.forEach((weight, item) => {
      const score = dot(rowOf(users, user), rowOf(items, item));
      loss += 0.5 * weight * (score - 1) ** 2 * (weight > 0 ? 1 : 0) + 0.5 * 0.3 * score ** 2;
    });
    loss += 0.5 * ridge(20, countOf(row)) * dot(rowOf(users, user), rowOf(users, user));
  });
  for (let item = 0; item < 20; item++) {
    loss += 0.5 * ridge(30, countOf(columnsOf(item))) * dot(rowOf(items, item), rowOf(items, item));
  }
  return loss;
}

describe("IALS", () => {
  it.each(["cg", "preconditioned", "cholesky", "subspace"])(
    "never raises the loss from one epoch to the next by %s",
    (solver) => {
      const losses = factorsByEpoch({ ...settings, solver }).map(lossOf);
      for (let epoch = 1; epoch < losses.length; epoch++) {
        expect(losses[epoch]).toBeLessThanOrEqual((losses[epoch - 1] as number) * (1 + 1e-6));
      }
    },
  );

  it("solves exactly when all coordinates fit one block", () => {
    const [blocks, exact] = ["subspace", "cholesky"].map(
      (solver) => factorsByEpoch({ ...settings, solver, train_epochs: 4 })[3],
    );
    blocks?.users.forEach((value, at) => {
      expect(value).toBeCloseTo(exact?.users[at] as number, 4);
    });
  });

  it("reaches a point where the gradient is zero", () => {
    const { users, items } = factorsByEpoch({ ...settings, train_epochs: 400 }).at(-1) as {
      users: Float32Array;
      items: Float32Array;
    };
    for (let item = 0; item < 20; item++) {
      const gradient = new Float64Array(5);
      let scale = 0;
      for (let user = 0; user < 30; user++) {
        const weight = dense[user]?.[item] as number;
        const score = dot(rowOf(users, user), rowOf(items, item));
        const slope = (weight > 0 ? weight * (score - 1) : 0) + 0.3 * score;
        rowOf(users, user).forEach((value, k) => {
          gradient[k] = (gradient[k] as number) + slope * value;
          scale += weight * value * value;
        });
      }
      const lambda = ridge(30, countOf(columnsOf(item)));
      rowOf(items, item).forEach((value, k) => {
        gradient[k] = (gradient[k] as number) + lambda * value;
      });
      // An item without interactions keeps the zero vector, where the gradient is zero, too.
      for (const part of gradient) expect(Math.abs(part)).toBeLessThan(1e-3 * Math.max(Math.sqrt(scale), 1));
    }
  });

  it("makes users and items without interactions zero vectors", () => {
    const { users, items } = factorsByEpoch({ ...settings, train_epochs: 1 })[0] as {
      users: Float32Array;
      items: Float32Array;
    };
    expect([...rowOf(users, 2)]).toEqual([0, 0, 0, 0, 0]);
    expect([...rowOf(items, 3)]).toEqual([0, 0, 0, 0, 0]);
  });

  it("folds a profile in exactly", () => {
    const model = fitModel("IALS", inputOf(matrix, kernels), { ...settings, train_epochs: 3 });
    const items = sectionOf(model.encode(), "ials.item-factors");
    // One dimension by hand: one interaction c = 2 with item 0, other items only through α₀.
    const scores = scoreProfile(model, { indices: Uint32Array.of(0), weights: Float32Array.of(2) });
    const x = solveDense(items, 0, 2);
    for (let item = 0; item < 20; item++) expect(scores[item]).toBeCloseTo(dot(x, rowOf(items, item)), 4);
  });

  it("takes ln(1 + weight / epsilon) as confidence when scaled", () => {
    const scaled = { ...settings, train_epochs: 2, confidence_scaling: "log", epsilon: 2 };
    const logged = matrixOf(dense.map((row) => row.map((weight) => weight && Math.log1p(weight / 2))));
    const ours = fitModel("IALS", inputOf(matrix, kernels), scaled);
    const expected = fitModel("IALS", inputOf(logged, kernels), { ...settings, train_epochs: 2 });
    expect(scoreAll(ours, matrix)).toEqual(scoreAll(expected, logged));
  });

  it("has a model after each epoch, equal to a fit of that many", () => {
    const task = algorithmOf("IALS").begin(inputOf(matrix, kernels), { ...settings, train_epochs: 3 });
    while (task.epoch < 2) task.step();
    const early = task.model();
    const expected = fitModel("IALS", inputOf(matrix, kernels), { ...settings, train_epochs: 2 });
    expect(early.encode()).toEqual(expected.encode());
    expect(scoreAll(early, matrix)).toEqual(scoreAll(expected, matrix));
    early.dispose();
    while (!task.done) task.step();
    expect(task.model().encode()).not.toEqual(expected.encode());
  });

  it("gives a user the same scores alone and in the order of an evaluation", () => {
    const [inOrder, alone] = [0, 1].map(() => fitModel("IALS", inputOf(matrix, kernels), settings));
    for (let user = 0; user < 30; user++) {
      const [ours, expected] = [new Float32Array(20), new Float32Array(20)];
      inOrder?.scoreUserInto(user, profileOf(matrix, user), ours);
      // Another user in between, so that no block is formed.
      alone?.scoreUserInto(29 - user, profileOf(matrix, 29 - user), expected);
      alone?.scoreUserInto(user, profileOf(matrix, user), expected);
      expect(ours).toEqual(expected);
    }
  });

  it.each(["cg", "preconditioned", "subspace"])(
    "resumes in the middle of a half-epoch to the very same model, %s",
    (solver) => {
      // Wide factors and many rows, so that a half-epoch takes several steps.
      const isLong = solver === "preconditioned";
      const wide = matrixOf(randomRows(isLong ? 1000 : 700, 90, 4, isLong ? 0.9 : 0.05));
      const params = { n_components: 200, train_epochs: 2, solver };
      const task = algorithmOf("IALS").begin(inputOf(wide, kernels), params);
      const checkpoints: Section[][] = [];
      while (!task.done) {
        task.step();
        checkpoints.push(copyOf(task.checkpoint()));
      }
      const rows = checkpoints.map((sections) => sectionOf(sections, "ials.progress")[2] as number);
      expect(rows.some((row) => row > 0 && row < wide.rowCount)).toBe(true);
      const expected = task.model().encode();
      // One message of each kind is enough: by phase, with a basis or not, before or during the rows.
      const kindOf = (sections: Section[]) => {
        const [, phase, row] = sectionOf(sections, "ials.progress");
        return `${phase} ${sections.length} ${(row as number) > 0}`;
      };
      const kinds = new Map(checkpoints.map((sections) => [kindOf(sections), sections]));
      for (const checkpoint of kinds.values()) {
        const resumed = algorithmOf("IALS").resume(inputOf(wide, kernels), params, checkpoint);
        expect(runToEnd(resumed).encode()).toEqual(expected);
      }
    },
  );

  it("continues from a checkpoint of plain conjugate gradients, whose sides are in no particular basis", () => {
    const params = { ...settings, reg: 0.2, train_epochs: 300 };
    const task = algorithmOf("IALS").begin(inputOf(matrix, kernels), { ...params, solver: "cg" });
    while (task.epoch < 2) task.step();
    const resumed = algorithmOf("IALS").resume(
      inputOf(matrix, kernels),
      { ...params, solver: "preconditioned" },
      task.checkpoint(),
    );
    const [ours, expected] = [runToEnd(resumed), runToEnd(task)];
    const theirs = scoreAll(expected, matrix);
    scoreAll(ours, matrix).forEach((scores, user) => {
      scores.forEach((score, item) => {
        expect(score).toBeCloseTo(theirs[user]?.[item] as number, 3);
      });
    });
  });

  it.each([{ alpha0: 0 }, { reg: 0 }])("refuses the preconditioner where it may be singular: %o", (zero) => {
    const begin = () =>
      algorithmOf("IALS").begin(inputOf(matrix, kernels), { ...settings, ...zero, solver: "preconditioned" });
    expect(begin).toThrow("The solver preconditioned needs alpha0 and reg above 0.");
  });

  it("does not need a regular matrix to fold in", () => {
    const params = { n_components: 8, alpha0: 0, reg: 0, train_epochs: 1 };
    const model = fitModel("IALS", inputOf(matrix, kernels), params);
    expect(scoreProfile(model, profileOf(matrix, 0)).every(Number.isFinite)).toBe(true);
  });

  it("gives nearly the same scores on SIMD and on scalar kernels", () => {
    const params = { ...settings, train_epochs: 3 };
    const simd = scoreAll(fitModel("IALS", inputOf(matrix, kernels), params), matrix);
    const scalar = scoreAll(fitModel("IALS", inputOf(matrix, createScalarKernels()), params), matrix);
    simd.forEach((scores, user) => {
      scores.forEach((score, item) => {
        expect(score).toBeCloseTo(scalar[user]?.[item] as number, 3);
      });
    });
  });
});

function sectionOf(sections: readonly Section[], name: string): Float32Array {
  return sections.find((section) => section.name === name)?.data as Float32Array;
}

/** Solves (α₀ QᵀQ + c q qᵀ + λI) x = c q by Gauss elimination in f64, for one interaction. */
function solveDense(items: Float32Array, seen: number, c: number): Float32Array {
  const q = rowOf(items, seen);
  const system = Array.from({ length: 5 }, (_, i) => {
    const row = Array.from({ length: 5 }, (_value, j) => {
      let sum = c * (q[i] as number) * (q[j] as number) + (i === j ? ridge(20, 1) : 0);
      for (let item = 0; item < 20; item++) {
        sum += 0.3 * (rowOf(items, item)[i] as number) * (rowOf(items, item)[j] as number);
      }
      return sum;
    });
    return [...row, c * (q[i] as number)];
  });
  for (let pivot = 0; pivot < 5; pivot++) {
    const from = system[pivot] as number[];
    for (const row of system) {
      if (row === from) continue;
      const factor = (row[pivot] as number) / (from[pivot] as number);
      for (let k = 0; k < 6; k++) row[k] = (row[k] as number) - factor * (from[k] as number);
    }
  }
  return Float32Array.from(system, (row, i) => (row[5] as number) / (row[i] as number));
}
