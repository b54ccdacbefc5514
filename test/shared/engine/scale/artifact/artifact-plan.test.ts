import { afterAll, describe, expect, it } from "vitest";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { matrixSections } from "#engine/data/matrix-blocks.ts";
import {
  type ArtifactContext,
  blockedArtifact,
  planBlockedArtifact,
} from "#engine/scale/artifact/artifact-plan.ts";
import { putWholeHistories } from "#engine/scale/artifact/whole-histories.ts";
import { type BlockedDataset, blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { getSections } from "#engine/scale/blocks/section-object.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { HISTORY, type ModelSectionOptions, modelSections } from "#engine/serve/model-artifact.ts";
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

function oneIsolate(
  hasDislikes: boolean,
  options: ModelSectionOptions = { wholeHistoryBytes: 0, historyBlockBytes },
) {
  const task = algorithmOf("DegreeKNN").begin(fitInputOf({ userItems, kernels, seed: 1 }), { top_k: 10 });
  while (!task.done) task.step();
  const model = task.model();
  const dataset = { users, items, userItems, times: null, ...(hasDislikes && { disliked }) };
  const all = modelSections(model, dataset, options);
  const own = model.encode();
  model.dispose();
  task.dispose();
  return { all, own };
}

function contextOf(data: BlockedDataset, own: readonly Section[]): ArtifactContext {
  return {
    data,
    users: async () => users,
    items: async () => items,
    modelSections: async () => own,
    store: memoryObjects(),
    digest,
    breathe: async () => {},
  };
}

async function written({ store }: ArtifactContext) {
  const chunks: Uint8Array[] = [];
  const artifact = await blockedArtifact(store, META, signer());
  for await (const chunk of artifact.chunks) chunks.push(chunk);
  return { bytes: join(chunks), told: artifact.bytes };
}

async function encoded(sections: readonly Section[]): Promise<Uint8Array> {
  const content = { kind: "model", meta: META, sections };
  return join(await encodeArtifact(content, { digest, signer: signer() }));
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
      const context = contextOf(data, own);
      await runPlan(planBlockedArtifact(data, { users, historyBlockBytes, blocksPerTask: 3 }), context);
      const { bytes, told } = await written(context);
      expect(bytes).toEqual(await encoded(all));
      expect(told).toBe(bytes.length);
      expect(all.filter(({ name }) => name.startsWith("by-range/")).length).toBeGreaterThan(3);
    },
  );

  it.each([true, false])(
    "with whole histories is that of the command to the last byte: dislikes %s",
    async (hasDislikes) => {
      const { all, own } = oneIsolate(hasDislikes, {});
      for (const mostBytes of [1e6, 3_000]) {
        const data = blockedDatasetFrom({ userItems, ...(hasDislikes && { disliked }) }, mostBytes);
        const context = contextOf(data, own);
        await putWholeHistories(context);
        const { bytes, told } = await written(context);
        expect(bytes).toEqual(await encoded(all));
        expect(told).toBe(bytes.length);
      }
    },
  );

  it("cuts whole histories as a matrix in memory is cut, across the blocks of the data", async () => {
    const context = contextOf(blockedDatasetFrom({ userItems }, 3_000), []);
    await putWholeHistories(context, 2_000);
    const sections = matrixSections(userItems, null, HISTORY, 2_000);
    const found: Section[] = [];
    for (const name of await context.store.list(`${HISTORY}/`))
      found.push(...(await getSections(context.store, name)));
    const byName = (one: Section, other: Section) => (one.name < other.name ? -1 : 1);
    expect(found.sort(byName)).toEqual([...sections].sort(byName));
    expect(sections.length).toBeGreaterThan(10);
  });
});
