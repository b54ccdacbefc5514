import { afterAll, describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, type AlgorithmName } from "#contract/algorithms.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { createRandom } from "#engine/random.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { fittedSections } from "#engine/scale/fit/fit-context.ts";
import { BLOCKED_ALGORITHMS, planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const userItems = randomCsr({ rowCount: 230, columnCount: 90, density: 0.1, seed: 1 });

const random = createRandom(4);
/** Within a year, one in the far future, some unknown. */
const times = Float64Array.from(userItems.indices, (_, at) => {
  if (at === 17) return 4e12;
  return at % 50 === 0 ? Number.NaN : 1.7e12 + random.below(365) * 86_400_000;
});

const GIVEN: { readonly [Name in AlgorithmName]?: Record<string, number> } = {
  IALS: { n_components: 16, train_epochs: 2 },
  Blend: { "weight.IALS": 0, "weight.TopPop": 0.2, "weight.RP3beta": 1, "weight.DegreeKNN": 1 },
};

describe("fits by blocks", () => {
  it("are known by name", () => {
    expect(BLOCKED_ALGORITHMS).toEqual([
      ...["TopPop", "Trending", "IALS", "TruncatedSVD"],
      ...["DegreeKNN", "TurboCF", "CosineKNN", "P3alpha", "RP3beta", "Blend"],
    ]);
  });

  it.each(
    BLOCKED_ALGORITHMS.flatMap((name) => [1e6, 9_000, 2_700].map((mostBytes) => ({ name, mostBytes }))),
  )(
    "of $name by its defaults are those of one isolate to the last bit, in blocks of $mostBytes bytes",
    async ({ name, mostBytes }) => {
      const data = blockedDatasetFrom({ userItems, times }, mostBytes);
      const context = { data, store: memoryObjects(), kernels, breathe: async () => {} };
      const params = GIVEN[name] ?? {};
      await runPlan(planBlockedFit(name, data, params, 7), context);
      const fitted = await fittedSections(context.store);
      // They sum blocks one after another. Two have equal sums where blocks are equal, see ials-plan.test.ts and svd-plan.test.ts.
      if (["IALS", "Trending", "TruncatedSVD"].includes(name) && data.userItems.blocks.length > 1)
        return expectNear(fitted, one(name, params));
      expect(fitted).toEqual(one(name, params));
    },
  );

  it("of Trending refuse data without times, and count nothing for unknown ones", async () => {
    const fitted = async (of: Float64Array | null) => {
      const data = blockedDatasetFrom({ userItems, times: of }, 9_000);
      const context = { data, store: memoryObjects(), kernels, breathe: async () => {} };
      await runPlan(planBlockedFit("Trending", data, {}, 7), context);
      return (await fittedSections(context.store))[0]?.data;
    };
    await expect(fitted(null)).rejects.toMatchObject({ code: "BAD_DATA" });
    const unknown = await fitted(times.map(() => Number.NaN));
    expect(unknown?.every((weight) => weight === 0)).toBe(true);
  });

  it.each([
    ["EDLAE", /because it holds a matrix of all pairs of items; past that/],
    ["GFCF", /because its model holds all interactions; past that/],
    ["SparseSLIM", /because it regresses an item on hundreds of others/],
  ] as const)("refuse %s with the reason", (name, reason) => {
    expect(() => planBlockedFit(name, blockedDatasetFrom({ userItems }, 9_000), {}, 1)).toThrow(reason);
  });

  it.each(ALGORITHM_NAMES.filter((name) => !BLOCKED_ALGORITHMS.includes(name)))(
    "refuse %s, and name those that there are",
    (name) => {
      const data = blockedDatasetFrom({ userItems }, 9_000);
      expect(() => planBlockedFit(name, data, {}, 1)).toThrow(
        /past that, use TopPop, Trending, IALS, TruncatedSVD, DegreeKNN/,
      );
    },
  );
});

type Sections = Awaited<ReturnType<typeof fittedSections>>;

function one(name: (typeof BLOCKED_ALGORITHMS)[number], params: Record<string, number>): Sections {
  const { userItems: aged } = withAges({ userItems, times });
  const task = algorithmOf(name).begin(fitInputOf({ userItems: aged, kernels, seed: 7 }), params);
  while (!task.done) task.step();
  const model = task.model();
  const sections = model.encode().map(({ name, data }) => ({ name, data: data.slice() }));
  model.dispose();
  task.dispose();
  return sections;
}

/** Within 1e-5 of the largest entry of each section. */
function expectNear(got: Sections, expected: Sections): void {
  expect(got.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  const distances = expected.map(({ data }, at) => {
    const other = got[at]?.data ?? new Float32Array();
    const largest = Math.max(...Array.from(data, Math.abs));
    return Math.max(...Array.from(data, (value, k) => Math.abs(value - (other[k] as number)))) / largest;
  });
  expect(Math.max(...distances)).toBeLessThan(1e-5);
}
