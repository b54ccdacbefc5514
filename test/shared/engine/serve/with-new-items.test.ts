import { describe, expect, it } from "vitest";
import type { Shortlist } from "#engine/algorithms/fit/algorithm.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { NO_MODEL_FEATURES } from "#engine/serve/model-features.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { similarItems } from "#engine/serve/similar-items.ts";
import { withNewItems } from "#engine/serve/with-new-items.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

async function servable(algorithm: Parameters<typeof fitted>[1]): Promise<Servable> {
  const dataset = await tinyDataset();
  const popularity = new Float32Array(dataset.items.size).fill(1);
  return {
    model: fitted(dataset, algorithm),
    users: dataset.users,
    items: dataset.items,
    history: dataset.userItems,
    disliked: null,
    ...NO_MODEL_FEATURES,
    popularity,
    popular: Uint32Array.from(popularity, (_, item) => item),
  };
}

const NEW = [
  { itemId: "new-1", newAt: 10 },
  { itemId: "new-3", newAt: 30 },
  { itemId: "new-2", newAt: 20 },
];

describe("items that are newer than the model", () => {
  it.each(["CosineKNN", "IALS", "TopPop", "DenseSLIM"] as const)(
    "come after the list of %s, whose items keep their scores",
    async (algorithm) => {
      const base = await servable(algorithm);
      const extended = withNewItems(base, NEW);
      for (const request of [{ userId: base.users.idAt(0) }, { itemIds: [base.items.idAt(1)] }, {}]) {
        const whole = { ...request, offset: 0, limit: 100, reasons: 2 };
        const before = recommend(base, whole);
        const after = recommend(extended, whole);
        const isNew = ({ itemId }: { itemId: string }) => itemId.startsWith("new");
        expect(after.items.filter((item) => !isNew(item))).toEqual(before.items);
        expect(after.total).toBe(before.total + 3);
        const news = after.items.filter(isNew);
        expect(news.map(({ itemId }) => itemId)).toEqual(["new-3", "new-2", "new-1"]);
        expect(news.every((item) => item.isNew && item.score === 0)).toBe(true);
      }
    },
  );

  it("in a profile change nothing of the scores, and are left out as seen", async () => {
    const base = await servable("CosineKNN");
    const extended = withNewItems(base, NEW);
    const liked = base.items.idAt(1);
    const before = recommend(base, { itemIds: [liked], offset: 0, limit: 100 });
    const after = recommend(extended, { itemIds: [liked, "new-1"], offset: 0, limit: 100, reasons: 3 });
    const scores = (list: typeof before) => list.items.map(({ itemId, score }) => [itemId, score]);
    expect(scores(after).slice(0, before.items.length)).toEqual(scores(before));
    expect(after.items.map(({ itemId }) => itemId).slice(-2)).toEqual(["new-3", "new-2"]);
  });

  it("are similar to nothing", async () => {
    const extended = withNewItems(await servable("CosineKNN"), NEW);
    expect(similarItems(extended, extended.items.indexOf("new-1"), 5)).toEqual([]);
    const found = similarItems(extended, 1, 5).map(({ itemId }) => itemId);
    expect(found.length).toBeGreaterThan(0);
    expect(found.some((itemId) => itemId.startsWith("new"))).toBe(false);
  });

  it("come first when a rule lifts them, also where the list is made of candidates", async () => {
    const extended = withNewItems(await servable("IALS"), NEW);
    const lifted = extended.items.indexOf("new-2");
    const adjust = (scores: Float32Array) => {
      scores[lifted] = (scores[lifted] as number) + 50;
    };
    const { items } = recommend(extended, { userId: extended.users.idAt(0), offset: 0, limit: 2, adjust });
    expect(items[0]?.itemId).toBe("new-2");
  });

  it("have a score of 0 in a shortlist, which knows the model's items alone", async () => {
    const base = await servable("IALS");
    const { itemCount } = base.model;
    const shortlist: Shortlist = {
      near: () => new Uint32Array(),
      above: () => null,
      boundOf: () => 0,
      scoresOf: (items) => Float32Array.from(items, (item) => 10 + item),
    };
    const model = { ...base.model, itemCount, shortlist: () => shortlist };
    const { model: extended } = withNewItems({ ...base, model }, NEW);
    const profile = { indices: new Uint32Array(), weights: new Float32Array() };
    const found = extended.shortlist?.(profile);
    expect([...(found?.scoresOf(Uint32Array.of(1, itemCount, itemCount + 1)) ?? [])]).toEqual([11, 0, 0]);
  });

  it("are none: then the servable is the same", async () => {
    const base = await servable("TopPop");
    expect(withNewItems(base, [])).toBe(base);
  });

  it("that are equally new are in the order of ids, whatever their order was", async () => {
    const base = await servable("TopPop");
    const sorted = ["n2", "n9", "né", "n10", "n鹿", "n😀", "n100"];
    for (const ids of [sorted, sorted.toReversed(), sorted.toSorted()]) {
      const { items } = withNewItems(
        base,
        ids.map((itemId) => ({ itemId, newAt: 7 })),
      );
      const found = sorted.map((_, at) => items.idAt(base.items.size + at));
      expect(found).toEqual(["n2", "n9", "n10", "né", "n100", "n鹿", "n😀"]);
    }
  });
});
