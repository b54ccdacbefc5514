/** Items that are newer than a model of embeddings, known by their vectors alone. */
import { describe, expect, it } from "vitest";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { transpose } from "#engine/data/transpose.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { encodeTable, sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { reasonsOfNewItem } from "#engine/serve/explain-features.ts";
import { modelSections, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { readsOf, scoresNewItems, withNewItems } from "#engine/serve/with-new-items.ts";

const TOPICS = 4;
/** Items of a topic have nearly the same vector. */
const rowOf = (item: number): FeatureRow => ({
  words: Array.from({ length: 8 }, (_, k) => (k === item % TOPICS ? 1 : 0) + 0.1 * Math.cos(item + k)),
  colour: item % 2 === 0 ? "red" : "blue",
});

async function world(columns = ["words", "colour"]): Promise<Servable> {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let user = 0; user < 40; user++) {
    for (let item = user % TOPICS; item < 60; item += TOPICS * (1 + (user % 3)))
      builder.add(`u${user}`, `i${item}`, 1, Number.NaN);
  }
  const { dataset } = await builder.finish(async () => undefined);
  return trained(dataset, columns);
}

function trained(dataset: Dataset, columns: readonly string[]): Servable {
  const { userItems, items } = dataset;
  const kernels = createScalarKernels();
  const find = (id: string) => rowOf(Number(id.slice(1)));
  const tables = {
    items: encodeTable({
      columns: columns.map((name) => ({ name, type: name === "words" ? "vector" : "category" })),
      rows: () => Array.from({ length: items.size }, (_, at) => find(items.idAt(at))),
      ...{ ids: items, findRow: find },
    }),
    users: null,
  };
  const input = {
    userItems,
    itemUsers: transpose(userItems),
    features: sideFeaturesOf(tables),
    kernels,
    seed: 1,
  };
  const task = algorithmOf("Embedding").begin(input, { popularity: 0 });
  while (!task.done) task.step();
  const sections = modelSections(task.model(), dataset, { tables });
  return servableOf({ kind: "model", meta: { algorithm: "Embedding" }, sections }, createScalarKernels());
}

const newItem = (servable: Servable, itemId: string, row: FeatureRow) => ({
  ...{ itemId, newAt: 1 },
  ...(servable.itemSpace && { features: encodeRow(servable.itemSpace, row) }),
});

describe("a new item with a vector", () => {
  it.each([[["words", "colour"]], [["words"]]])(
    "is in the next list of the people whom it fits, with columns %j",
    async (columns) => {
      const servable = await world(columns);
      expect(scoresNewItems(servable)).toBe(true);
      // Nearest to the mean of topic 1.
      const fits = { words: [0, 1, 0, 0, 0, 0, 0, 0] };
      const wide = withNewItems(servable, [
        newItem(servable, "fits", fits),
        newItem(servable, "unknown", { colour: "red" }),
        newItem(servable, "short", { words: [0, 1, 0] }),
      ]);
      const list = (userId: string) => recommend(wide, { userId, offset: 0, limit: 8 }).items;
      const mine = list("u1");
      expect(mine.map(({ itemId }) => itemId)).toContain("fits");
      expect(mine.find(({ itemId }) => itemId === "fits")).toMatchObject({ isFilled: false });
      expect(list("u2").map(({ itemId }) => itemId)).not.toContain("fits");
      for (const { itemId } of [...mine, ...list("u2")]) expect(["unknown", "short"]).not.toContain(itemId);
    },
  );

  it("is described for this model by its vector alone", async () => {
    const servable = await world();
    const { itemSpace } = servable;
    if (!itemSpace) throw new Error("no space");
    expect(readsOf(servable, encodeRow(itemSpace, rowOf(1)))).toBe(true);
    expect(readsOf(servable, encodeRow(itemSpace, { colour: "red" }))).toBe(false);
  });

  it("has its column as the reason", async () => {
    const servable = await world();
    const wide = withNewItems(servable, [newItem(servable, "fits", rowOf(1))]);
    const profile = { indices: Uint32Array.of(servable.items.indexOf("i1")), weights: Float32Array.of(1) };
    const reasons = reasonsOfNewItem(wide, profile, servable.items.size);
    expect(reasons).toEqual([
      { of: "item", column: "words", value: "8 numbers", share: 1, contribution: expect.any(Number) },
    ]);
    expect(reasons[0]?.contribution).toBeGreaterThan(0.5);
  });
});
