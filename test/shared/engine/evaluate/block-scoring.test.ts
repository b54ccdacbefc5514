import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "../../../../shared/contract/algorithms.ts";
import type { Model } from "../../../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../../../shared/engine/algorithms/registry.ts";
import { countUsers } from "../../../../shared/engine/data/count-users.ts";
import { csrRow } from "../../../../shared/engine/data/csr-row.ts";
import { withPopularityForColdUsers } from "../../../../shared/engine/evaluate/cold-users.ts";
import { createEvaluation } from "../../../../shared/engine/evaluate/evaluation.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows } from "../algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";

const BLEND = { "weight.DegreeKNN": 1, "weight.IALS": 2, "IALS.train_epochs": 3 };
const FITS: readonly (readonly [AlgorithmName, AlgorithmParams])[] = [
  ["IALS", { n_components: 9, train_epochs: 3 }],
  ["TruncatedSVD", { n_components: 5 }],
  ["NMF", { n_components: 4 }],
  ["BPR", { n_components: 6, train_epochs: 3 }],
  ["GFCF", { n_components: 5, ideal_weight: 0.4 }],
  ["GFCF", { n_components: 5, ideal_weight: 0 }],
  ["Blend", { ...BLEND, "IALS.n_components": 8 }],
];
const USERS = 70;
const ITEMS = 45;

const seen = matrixOf(randomRows(USERS, ITEMS, 3));
// All draws are random; the held-out items are those of another draw that are not in this one.
const others = randomRows(USERS, ITEMS, 4);
const heldout = matrixOf(
  others.map((row, user) =>
    row.map((value, item) => (csrRow(seen, user).indices.includes(item) ? 0 : value)),
  ),
);

// A third draw, without seen and held-out items.
const disliked = matrixOf(
  randomRows(USERS, ITEMS, 5).map((row, user) =>
    row.map((value, item) =>
      [seen, heldout].some((part) => csrRow(part, user).indices.includes(item)) ? 0 : value,
    ),
  ),
);

function metricsOf(model: Pick<Model, "itemCount" | "scoreUserInto" | "blocks">) {
  const evaluation = createEvaluation({ model, seen, heldout, disliked, cutoffs: [3, 10], segments: {} });
  while (!evaluation.done) evaluation.step();
  const { metrics, users, segments } = evaluation.result();
  return { ...metrics, users, cold: segments?.coldUsers.metrics };
}

/** The same model, one user at a time. */
function oneByOne(model: Model): Pick<Model, "itemCount" | "scoreUserInto"> {
  return {
    itemCount: model.itemCount,
    scoreUserInto: (user, profile, out) => model.scoreUserInto(user, profile, out),
  };
}

describe.each([
  ["wasm", loadWasmKernels()],
  ["scalar", createScalarKernels()],
] as const)("users scored together, %s kernels", (_kind, kernels) => {
  afterAll(() => kernels.freeAll());

  it.each(FITS)("have the scores of users one by one: %s %j", (name, params) => {
    const fitted = fitModel(name, inputOf(seen, kernels), params);
    for (const model of [fitted, algorithmOf(name).decode(fitted.encode(), kernels)]) {
      const { blocks } = model;
      if (!blocks) throw new Error(`${name} has no blocks.`);
      const count = Math.min(blocks.capacity, 7);
      // Neither in order nor all known: the last user was added after the fit.
      const users = Array.from({ length: count }, (_, at) => (at * 31 + 2) % USERS).map((index, at) => ({
        index: at === count - 1 ? USERS + 5 : index,
        profile: csrRow(seen, index),
      }));
      const together = kernels.allocF32(blocks.capacity * ITEMS);
      together.view.fill(Number.NaN);
      blocks.scoreUsersInto(users, together);
      const alone = new Float32Array(ITEMS);
      for (const [row, { index, profile }] of users.entries()) {
        model.scoreUserInto(index, profile, alone);
        const scale = Math.max(...alone.map(Math.abs), 1e-6);
        for (let item = 0; item < ITEMS; item++) {
          const found = together.view[row * ITEMS + item] as number;
          expect(Math.abs(found - (alone[item] as number)) / scale).toBeLessThan(2e-4);
        }
      }
      together.free();
      model.dispose();
    }
  });

  it.each(FITS)("have the metrics of users one by one: %s %j", (name, params) => {
    const model = fitModel(name, inputOf(seen, kernels), params);
    const alone = metricsOf(oneByOne(model));
    expect(model.blocks).toBeDefined();
    for (const [key, value] of Object.entries(metricsOf(model))) {
      if (typeof value === "number") expect(value).toBeCloseTo(alone[key as keyof typeof alone] as number, 6);
    }
    model.dispose();
  });

  it("have the metrics of users one by one where they are folded in by conjugate gradients", () => {
    const params = { ...BLEND, "IALS.n_components": 72 };
    const model = fitModel("Blend", inputOf(seen, kernels), params);
    const alone = metricsOf(oneByOne(model));
    const key = "ndcg@10" as keyof typeof alone;
    // Exact but for rounding, so that two items with almost the same score may change places for one user.
    expect(metricsOf(model)[key]).toBeCloseTo(alone[key] as number, 3);
    model.dispose();
  });

  it("leaves no memory behind, finished or given up", () => {
    const before = kernels.allocatedBytes;
    const model = fitModel("IALS", inputOf(seen, kernels), { n_components: 8, train_epochs: 1 });
    metricsOf(model);
    const evaluation = createEvaluation({ model, seen, heldout, cutoffs: [3] });
    evaluation.step();
    evaluation.dispose();
    model.dispose();
    expect(kernels.allocatedBytes).toBe(before);
  });

  it("gives cold users what is popular", () => {
    const model = fitModel("TruncatedSVD", inputOf(seen, kernels), { n_components: 5 });
    const { blocks } = withPopularityForColdUsers(model, countUsers(seen));
    const out = kernels.allocF32(2 * ITEMS);
    const empty = { indices: new Uint32Array(), weights: new Float32Array() };
    blocks?.scoreUsersInto(
      [
        { index: 0, profile: csrRow(seen, 0) },
        { index: USERS, profile: empty },
      ],
      out,
    );
    const counts = new Float32Array(ITEMS);
    for (const item of seen.indices) counts[item] = (counts[item] as number) + 1;
    expect([...out.view.subarray(ITEMS)]).toEqual([...counts]);
    const alone = new Float32Array(ITEMS);
    model.scoreUserInto(0, csrRow(seen, 0), alone);
    for (const [item, score] of alone.entries()) expect(out.view[item]).toBeCloseTo(score, 4);
    out.free();
    model.dispose();
  });
});
