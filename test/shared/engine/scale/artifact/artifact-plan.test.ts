import { afterAll, describe, expect, it } from "vitest";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { blockedArtifact, planBlockedArtifact } from "#engine/scale/artifact/artifact-plan.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import { digest, join, signer } from "../../artifact/artifact-effects.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const userItems = randomCsr({ rowCount: 240, columnCount: 90, density: 0.08, seed: 1 });
const disliked = randomCsr({ rowCount: 240, columnCount: 90, density: 0.01, seed: 2 });

function idsOf(prefix: string, count: number): IdMap {
  const builder = new IdMapBuilder();
  for (let index = 0; index < count; index++) builder.intern(`${prefix}${index}`);
  return builder.finish();
}

const users = idsOf("user ", 240);
const items = idsOf("item ", 90);
const META = { algorithm: "DegreeKNN" };
const historyBlockBytes = 600;

function oneIsolate(hasDislikes: boolean) {
  const task = algorithmOf("DegreeKNN").begin(fitInputOf({ userItems, kernels, seed: 1 }), { top_k: 10 });
  while (!task.done) task.step();
  const model = task.model();
  const dataset = { users, items, userItems, times: null, ...(hasDislikes && { disliked }) };
  const all = modelSections(model, dataset, { wholeHistoryBytes: 0, historyBlockBytes });
  const own = model.encode();
  model.dispose();
  task.dispose();
  return { all, own };
}

describe("the artifact of a model that was fitted by blocks", () => {
  it.each(
    [1e6, 9_000, 3_000].flatMap((mostBytes) =>
      [true, false].map((hasDislikes) => ({ mostBytes, hasDislikes })),
    ),
  )(
    "is that of one isolate to the last byte: $mostBytes, dislikes $hasDislikes",
    async ({ mostBytes, hasDislikes }) => {
      const { all, own } = oneIsolate(hasDislikes);
      const data = blockedDatasetFrom({ userItems, ...(hasDislikes && { disliked }) }, mostBytes);
      const store = memoryObjects();
      const context = {
        data,
        users: async () => users,
        items: async () => items,
        modelSections: async () => own,
        store,
        digest,
        breathe: async () => {},
      };
      await runPlan(planBlockedArtifact(data, { users, historyBlockBytes, blocksPerTask: 3 }), context);
      const chunks: Uint8Array[] = [];
      const artifact = await blockedArtifact(store, META, signer());
      for await (const chunk of artifact.chunks) chunks.push(chunk);
      const content = { kind: "model", meta: META, sections: all };
      expect(join(chunks)).toEqual(join(await encodeArtifact(content, { digest, signer: signer() })));
      expect(artifact.bytes).toBe(join(chunks).length);
      expect(all.filter(({ name }) => name.startsWith("by-range/")).length).toBeGreaterThan(3);
    },
  );
});
