import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { modelSections, servableOf } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { loadableModel } from "#recommend/memory/loadable-model.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { modelKey } from "#storage/keys.ts";
import { fitted, tinyDataset } from "../../../shared/engine/serve/tiny-world.ts";

const artifacts = createArtifactStore(env.STORE, () =>
  createArtifactKeyRing(["a-secret-of-32-characters-or-more-!!"]),
);
const refuse = () => Promise.reject(new Error("there are no blocks"));

/** Its models take a megabyte. */
async function largeDataset(): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let item = 0; item < 4_000; item++) builder.add(`u${item % 40}`, `i${item}`, 1, Number.NaN);
  return (await builder.finish(async () => undefined)).dataset;
}

async function stored(algorithm: AlgorithmName, given: AlgorithmParams, dataset: Dataset) {
  const params = parseParams(algorithm, given);
  if (!params.ok) throw new Error("The parameters of the fixture are wrong.");
  const key = modelKey(92, 1);
  const meta = { project_id: 92, model_id: 1, algorithm };
  const sections = modelSections(fitted(dataset, algorithm, params.params), dataset);
  await artifacts.put(key, { kind: MODEL_KIND, meta, sections });
  return artifacts.open(key, MODEL_KIND);
}

const MODELS: readonly (readonly [AlgorithmName, AlgorithmParams])[] = [
  ["IALS", { n_components: 8, train_epochs: 1 }],
  ["IALS", { n_components: 3, train_epochs: 1 }],
  ["BPR", { n_components: 8, train_epochs: 1 }],
  ["NMF", { n_components: 2 }],
  ["TruncatedSVD", { n_components: 2 }],
  ["GFCF", {}],
  ["CosineKNN", {}],
  ["DegreeKNN", {}],
  ["Blend", { "weight.DegreeKNN": 1, "weight.IALS": 1, "IALS.n_components": 8, "IALS.train_epochs": 1 }],
];

describe("a model that is loaded to serve", () => {
  it.each(MODELS)("gives the lists of its file: %s %o", async (algorithm, params) => {
    const opened = await stored(algorithm, params, await tinyDataset());
    const loaded = await loadableModel(opened, createScalarKernels(), refuse).load();
    const read = servableOf(await opened.read(), createScalarKernels());
    for (const userId of ["ann", "bob", "cleo", "nobody"]) {
      const request = { userId, offset: 0, limit: 9 };
      expect(recommend(loaded, request)).toEqual(recommend(read, request));
    }
  });

  it("has its whole factors in memory once, and counts what it may copy twice while it is loaded", async () => {
    const dataset = await largeDataset();
    for (const [algorithm, params, copies] of [
      ["IALS", { n_components: 64, train_epochs: 1 }, 1],
      ["CosineKNN", {}, 2],
    ] as const) {
      const opened = await stored(algorithm, params, dataset);
      const own = opened.header.sections
        .filter(({ name }) => /^(ials\.item-factors|similarity\.)/.test(name))
        .reduce((sum, { bytes }) => sum + bytes, 0);
      const kernels = createScalarKernels();
      const { bytes, load, keptBytes } = loadableModel(opened, kernels, refuse);
      // Scores, profiles, and factors of one byte.
      const few = own / 2;
      expect(own).toBeGreaterThan(1_000_000);
      expect(bytes - (opened.heldBytes - own)).toBeGreaterThanOrEqual(copies * own);
      const kept = keptBytes?.(await load()) ?? 0;
      expect(kept).toBeLessThan(opened.heldBytes + few);
      expect(kernels.allocatedBytes).toBeLessThan(own + few);
    }
  });
});
