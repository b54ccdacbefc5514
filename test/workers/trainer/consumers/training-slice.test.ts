import { describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { transpose } from "#engine/data/transpose.ts";
import { EngineError } from "#engine/engine-error.ts";
import { encodeTable, type FeatureTables, sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import { advanceCuttable } from "#jobs/cuttable-job.ts";
import type { TrainingEvent, TrainingJob, TrainingSpec } from "#jobs/training-job.ts";
import { trainingSlice } from "#trainer/consumers/training-slice.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { copyOf } from "../../../setup/copy-of.ts";
import { loadWasmKernels } from "../../../shared/engine/kernels/load-kernels.ts";
import { madeDataset } from "../../../shared/engine/scale/made-dataset.ts";
import { tinyDataset } from "../../../shared/engine/serve/tiny-world.ts";
import { openedArtifact } from "../opened-artifact.ts";

const spec: TrainingSpec = {
  modelId: 5,
  projectId: 1,
  dataId: 2,
  datasetKey: "dataset",
  artifactKey: "model",
  algorithm: "IALS",
  params: { n_components: 4, alpha0: 0.1, reg: 0.01, nu: 1, train_epochs: 3 },
  seed: 5,
  version: 1,
};

/** A training in this process, and its artifacts. */
function world(
  sliceMs: number,
  overrides: Partial<TrainerDeps["artifacts"]> = {},
  fit: Partial<TrainingSpec> = {},
) {
  const stored = new Map<string, ArtifactContent>();
  let job: TrainingJob | null = null;
  const tell = (event: TrainingEvent) => {
    const step = advanceCuttable(job, event, 0);
    if (!step) throw new Error("The training has not begun.");
    job = step.state;
    return step.reply;
  };
  tell({ type: "start", spec: { ...spec, ...fit } });
  const deps = {
    datasets: { load: tinyDataset, tables: async () => null },
    kernels: createKernelPool(loadWasmKernels),
    isolateFileBytes: 1e9,
    sliceMs,
    training: () => ({ handle: async (event: TrainingEvent) => tell(event) }),
    files: {
      delete: async (keys: string[]) => {
        for (const key of keys) stored.delete(key);
      },
    },
    artifacts: {
      put: async (key: string, content: ArtifactContent) => {
        stored.set(key, copyOf(content));
        return 123;
      },
      get: async (key: string) => stored.get(key),
      open: async (key: string) =>
        openedArtifact(stored.get(key) ?? { kind: "dataset", meta: {}, sections: [] }),
      ...overrides,
    },
    work: (renew: (progress: number) => Promise<boolean>) => {
      // A clock that advances by a millisecond at each reading.
      let now = 0;
      return createWork({ now: () => now++, pause: async () => undefined, renew });
    },
  } as unknown as TrainerDeps;
  const current = (): TrainingJob => {
    if (!job) throw new Error("The training has not begun.");
    return job;
  };
  return { deps, stored, current };
}

/** Runs slices until the training ends in any way. */
async function toEnd({ deps, current }: Pick<ReturnType<typeof world>, "deps" | "current">): Promise<void> {
  while (current().task.phase === "waiting") await trainingSlice(deps, message);
}

const message = { v: 1, kind: "slice", modelId: 5 } as const;

describe("the training consumer", () => {
  it("stores the model in one slice when there is time", async () => {
    const { deps, stored, current } = world(100_000);
    await trainingSlice(deps, message);
    expect(current()).toMatchObject({ result: { bytes: 123 }, progress: 1, slices: 0 });
    expect([...stored.keys()]).toEqual(["model"]);
    expect(stored.get("model")?.meta).toMatchObject({ model_id: 5, algorithm: "IALS", version: 1 });
  });

  it.each(["IALS", "Blend"])("stores large histories of %s apart from the model", async (algorithm) => {
    const params = { "weight.IALS": 1, "weight.TopPop": 1, "IALS.n_components": 4 };
    const fit = algorithm === "Blend" ? { algorithm, params } : {};
    const { deps, stored, current } = world(100_000, {}, fit as Partial<TrainingSpec>);
    await toEnd({ deps: { ...deps, wholeHistoryBytes: 0 }, current });
    const names = stored.get("model")?.sections.map(({ name }) => name) ?? [];
    expect(names).toContain("by-range/histories/0");
    expect(names.filter((name) => /^(users|history)/.test(name))).toEqual([]);
  });

  it("hands over between slices, and ends with the very same model", async () => {
    const whole = world(100_000);
    await trainingSlice(whole.deps, message);
    const sliced = world(0);
    await toEnd(sliced);
    expect(sliced.current().slices).toBeGreaterThan(2);
    expect(sliced.stored.get("model")).toEqual(whole.stored.get("model"));
  });

  it("tries again after a fault, from the last checkpoint", async () => {
    const { deps, current } = world(0);
    await trainingSlice(deps, message);
    const before = current();
    const put = deps.artifacts.put;
    (deps.artifacts as { put: unknown }).put = async () => {
      throw new EngineError("BAD_ARTIFACT", "storage is out of order");
    };
    await trainingSlice(deps, message);
    expect(current()).toMatchObject({ slices: before.slices, checkpointKey: before.checkpointKey });
    expect(current().task).toMatchObject({ phase: "waiting", failures: 1 });
    (deps.artifacts as { put: unknown }).put = put;
    await toEnd({ deps, current });
    expect(current().task.phase).toBe("done");
  });

  it.each(["IALS", "Blend"] as const)(
    "cuts a training of %s whose data fit an isolate alone",
    async (algorithm) => {
      const many = madeDataset({ users: 40_000, items: 20, density: 0.1 });
      const own = { n_components: 1024 };
      const params =
        algorithm === "IALS" ? own : { "weight.IALS": 1, "weight.TopPop": 1, "IALS.n_components": 1024 };
      const { deps, stored, current } = world(100_000, {}, { algorithm, params });
      stored.set("dataset", { kind: "dataset", meta: {}, sections: datasetSections(many) });
      const datasets = { ...deps.datasets, load: async () => many };
      await trainingSlice({ ...deps, datasets }, message);
      const { staged } = current() as { staged?: { stages: readonly { name: string }[] } };
      expect(staged?.stages.at(-1)?.name).toBe("store");
      expect(current()).toMatchObject({ task: { failures: 0 }, result: null });
    },
  );

  it("refuses a fit that has no room and cannot be cut", async () => {
    const many = madeDataset({ users: 3, items: 6_000, density: 0.01 });
    const { deps, current } = world(100_000, {}, { algorithm: "DenseSLIM", params: {} });
    await trainingSlice({ ...deps, datasets: { ...deps.datasets, load: async () => many } }, message);
    expect(current()).toMatchObject({ task: { phase: "failed" } });
    expect(current().task.lastError).toBe("DenseSLIM takes 4096 items at most, not 6000.");
  });

  it("refuses at once a fit that ends in NaN or infinity, and stores nothing", async () => {
    const { deps, stored, current } = world(100_000, {}, { algorithm: "CosineKNN", params: {} });
    const { userItems, ...rest } = await tinyDataset();
    const values = userItems.values.map(() => 1e20);
    (deps.datasets as { load: unknown }).load = async () => ({
      ...rest,
      userItems: { ...userItems, values },
    });
    await trainingSlice(deps, message);
    const lastError = expect.stringMatching(/^CosineKNN cannot be fitted: a score is/);
    expect(current().task).toMatchObject({ phase: "failed", lastError });
    expect(stored.size).toBe(0);
  });

  it("refuses at once if no attempt could succeed", async () => {
    const { deps, current } = world(100_000);
    (deps.datasets as { load: unknown }).load = async () => {
      throw new EngineError("BAD_PARAMETER", "too many components");
    };
    await trainingSlice(deps, message);
    expect(current().task).toMatchObject({ phase: "failed", lastError: "too many components" });
  });

  describe("of a blend", () => {
    const blend = {
      algorithm: "Blend",
      params: {
        ...{ "weight.IALS": 1.5, "IALS.n_components": 4, "IALS.train_epochs": 2 },
        ...{ "weight.DegreeKNN": 0, "weight.RP3beta": 1, "weight.CosineUserKNN": 0.5 },
      },
    } as const;

    /** The stored model of one fit of all components together. */
    async function together() {
      const dataset = await tinyDataset();
      const { userItems } = dataset;
      const input = {
        userItems,
        itemUsers: transpose(userItems),
        kernels: loadWasmKernels(),
        seed: spec.seed,
      };
      const task = algorithmOf("Blend").begin(input, blend.params);
      while (!task.done) task.step();
      return modelSections(task.model(), dataset);
    }

    it.each([0, 100_000])(
      "fits and stores part by part to the model of one fit, in slices of %i ms",
      async (sliceMs) => {
        const { deps, stored, current } = world(sliceMs, {}, blend);
        await toEnd({ deps, current });
        expect(current()).toMatchObject({ result: { bytes: 123 }, progress: 1 });
        expect(current().slices).toBeGreaterThan(sliceMs === 0 ? 6 : 2);
        expect(stored.get("model")?.sections).toEqual(await together());
        expect(stored.get("projects/1/models/5.part-2")?.meta).toMatchObject({ model_id: 5, part: 2 });
      },
    );

    it("continues from its last state after a fault at any write", async () => {
      const whole = world(0, {}, blend);
      await toEnd(whole);
      const { put } = whole.deps.artifacts;
      const writes = whole.current().slices + 4;
      for (let failing = 0; failing < writes; failing++) {
        const { deps, stored, current } = world(0, {}, blend);
        const own = deps.artifacts.put;
        let count = 0;
        (deps.artifacts as { put: typeof put }).put = async (key, content) => {
          if (count++ === failing) throw new Error("killed");
          return own(key, content);
        };
        await toEnd({ deps, current });
        expect(count).toBeGreaterThan(failing);
        expect(stored.get("model")).toEqual(whole.stored.get("model"));
      }
    });

    it("begins again where an earlier release left a checkpoint of the whole blend", async () => {
      const { deps, stored, current } = world(100_000, {}, blend);
      let asked = 0;
      const { open } = deps.artifacts;
      const whole = { kind: "checkpoint", sections: [], meta: { retained: 0.4, slice_ms: 5 } };
      (deps.artifacts as { open: unknown }).open = async (key: string, kind: string) =>
        asked++ === 0 ? openedArtifact(whole) : open(key, kind);
      const claimed = current();
      Object.assign(claimed, { checkpointKey: "projects/1/models/5.checkpoint-0" });
      await toEnd({ deps, current });
      expect(stored.get("model")?.sections).toEqual(await together());
    });
  });

  it.each(["FeatureIALS", "Blend"] as const)(
    "hands %s with features over between slices, and stores how they are encoded",
    async (algorithm) => {
      const rows = { "1": { tags: "a|b" }, "2": { tags: "a" }, "3": { tags: "b" }, "9": { tags: "a|b" } };
      const { items: ids } = await tinyDataset();
      const items = encodeTable({
        columns: [{ name: "tags", type: "tags" }],
        rows: () => Object.values(rows),
        ids,
        findRow: (id) => (rows as Record<string, { tags: string }>)[id] ?? null,
      });
      const own = { n_components: 4, train_epochs: 3 };
      const params =
        algorithm === "FeatureIALS"
          ? own
          : { "weight.FeatureIALS": 1, "weight.TopPop": 1, "FeatureIALS.n_components": 4 };
      const run = async (sliceMs: number, tables: FeatureTables | null) => {
        const one = world(sliceMs, {}, { algorithm, params: parsed(algorithm, params) });
        const features = tables ? { features: sideFeaturesOf(tables) } : {};
        Object.assign(one.deps.datasets, {
          load: async () => ({ ...(await tinyDataset()), ...features }),
          tables: async () => tables,
        });
        await toEnd(one);
        return one.stored.get("model");
      };
      const tables = { items, users: null };
      const whole = await run(100_000, tables);
      expect(await run(0, tables)).toEqual(whole);
      const plain = await run(100_000, null);
      const names = (content: typeof whole) => content?.sections.map(({ name }) => name) ?? [];
      expect(names(whole)).toContain("item-space.blocks");
      expect(names(plain)).not.toContain("item-space.blocks");
      const mapOf = (content: typeof whole) =>
        content?.sections.find(({ name }) => name.endsWith("item-map"))?.data.length;
      expect([mapOf(plain), mapOf(whole)]).toEqual([4, 4 * (items.space.size + 1)]);
    },
  );
});

function parsed(algorithm: "FeatureIALS" | "Blend", given: AlgorithmParams): AlgorithmParams {
  const read = parseParams(algorithm, given);
  if (!read.ok) throw new Error("The parameters of the fixture are wrong.");
  return algorithm === "Blend" ? given : read.params;
}
