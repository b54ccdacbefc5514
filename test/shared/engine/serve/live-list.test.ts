import { describe, expect, it } from "vitest";
import type { AlgorithmName } from "#contract/algorithms.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { modelSections, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { popularityOf } from "#engine/serve/popular-now.ts";
import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendationList } from "#engine/serve/recommendation.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

const dataset = await tinyDataset();

function servable(algorithm: AlgorithmName): Servable {
  const sections = modelSections(fitted(dataset, algorithm), dataset);
  return servableOf({ kind: "model", meta: { algorithm }, sections }, createScalarKernels());
}

const knn = servable("CosineKNN");
/** Seen items stay in the list. */
const ALWAYS = { rule: { kind: "always" }, at: { now: 0, trainedAt: null } } as const;
const page = { offset: 0, limit: 10 };
const ids = ({ items }: RecommendationList) => items.map(({ itemId }) => itemId);

describe("a list with live popularity", () => {
  const popularity = popularityOf(knn, [
    { itemId: "4", count: 7 },
    { itemId: "3", count: 2 },
    { itemId: "unknown", count: 50 },
    { itemId: "5", count: 0 },
  ]);

  it("begins with items that are popular now, with their events, then lists those popular in training", () => {
    const { strategy, items } = recommend(knn, { ...page, popularity });
    expect(strategy).toBe("popular");
    expect(items.slice(0, 3)).toEqual([
      { itemId: "4", score: 7, isFilled: false, isPopularNow: true },
      { itemId: "3", score: 2, isFilled: false, isPopularNow: true },
      { itemId: "9", score: 3, isFilled: false },
    ]);
  });

  it("fills a personal list with it, after all that the model recommends", () => {
    // Somebody who took 4 alone: 5 and 9 go with it, nothing leads to 1, 2 and 3.
    const list = recommend(knn, { ...page, itemIds: ["4"], popularity });
    expect(list.strategy).toBe("profile");
    expect(ids(list)).toEqual(["5", "9", "3", "1", "2"]);
    expect(list.items.map(({ isFilled, isPopularNow }) => [isFilled, isPopularNow ?? false])).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [true, false],
      [true, false],
    ]);
  });

  it("does not bring back items that are left out", () => {
    expect(ids(recommend(knn, { ...page, popularity, exclude: ["4"], itemIds: ["3"] }))).not.toContain("4");
    const disliked = [{ itemId: "4", weight: -1, at: null }];
    expect(ids(recommend(knn, { ...page, popularity, events: disliked }))).not.toContain("4");
  });
});

describe("a list with rules", () => {
  const without =
    (...gone: string[]) =>
    (scores: Float32Array) => {
      for (const id of gone) scores[knn.items.indexOf(id)] = Number.NEGATIVE_INFINITY;
    };

  it("counts only what the rules leave", () => {
    const list = recommend(knn, { ...page, adjust: without("9", "1"), userId: "cleo" });
    expect(ids(list).sort()).toEqual(["2", "3"]);
    expect(list.total).toBe(2);
    expect(recommend(knn, { ...page, adjust: (scores) => scores.fill(Number.NEGATIVE_INFINITY) }).total).toBe(
      0,
    );
  });

  it("boosts popular lists, too", () => {
    const boost = (scores: Float32Array) => {
      scores[knn.items.indexOf("5")] = 10 * (scores[knn.items.indexOf("5")] as number);
    };
    expect(ids(recommend(knn, { ...page, adjust: boost }))[0]).toBe("5");
  });
});

describe("the rule for seen items", () => {
  const at = { now: 1_000_000_000, trainedAt: null };

  it("can allow them, but no disliked ones", () => {
    const seen = { rule: { kind: "always" }, at } as const;
    const events = [{ itemId: "2", weight: -1, at: 5 }];
    const list = ids(recommend(knn, { ...page, userId: "ann", events, seen }));
    expect(list).toContain("1");
    expect(list).not.toContain("2");
  });
});

describe("similar items", () => {
  it("come first for given items, and popular ones after them", () => {
    const list = recommend(knn, { ...page, itemIds: ["1"], similar: "only" });
    expect(list.strategy).toBe("similar");
    expect(ids(list).slice(0, 3).sort()).toEqual(["2", "3", "9"]);
    expect(list.items.slice(3).every(({ isFilled }) => isFilled)).toBe(true);
    expect(ids(list)).toHaveLength(5);
  });

  it("are those of the sum over several", () => {
    const list = recommend(knn, { ...page, itemIds: ["1", "4"], similar: "only", limit: 1 });
    // 9 goes with both, each other item with one of them.
    expect(ids(list)).toEqual(["9"]);
  });
});

describe("diversity", () => {
  it("is by the model's similarity, keeps every item once, and pages fit together", () => {
    const diversity = { share: 0.9, groupOf: null };
    const whole = ids(recommend(knn, { ...page, itemIds: ["9"], diversity }));
    expect([...whole].sort()).toEqual(["1", "2", "3", "4", "5"]);
    const first = ids(recommend(knn, { offset: 0, limit: 2, itemIds: ["9"], diversity }));
    const rest = ids(recommend(knn, { offset: 2, limit: 9, itemIds: ["9"], diversity }));
    expect([...first, ...rest]).toEqual(whole);
    // 1 and 2 are always taken together; plainly they are neighbours in the list, here they are not the first two.
    expect(new Set(whole.slice(0, 2))).not.toEqual(new Set(["1", "2"]));
  });

  it("is by group where the list is the same for everybody", () => {
    const groupOf = (itemId: string) => (["9", "1", "2"].includes(itemId) ? "a" : "b");
    const list = ids(recommend(servable("TopPop"), { ...page, diversity: { share: 0.9, groupOf } }));
    expect(list[0]).toBe("9");
    expect(groupOf(list[1] as string)).toBe("b");
  });
});

describe("the reasons of an item", () => {
  it("never name a hidden item, and are as many as before where there are others", () => {
    const named = (hidden: readonly string[], reasons: number) => {
      const indices = Uint32Array.from(hidden.map((itemId) => knn.items.indexOf(itemId)));
      const { items } = recommend(knn, { ...page, userId: "bob", hidden: indices, reasons, seen: ALWAYS });
      const found = items.find(({ itemId }) => itemId === "2");
      return (found?.reasons ?? [])
        .map((reason) => ("itemId" in reason ? reason.itemId : reason.column))
        .sort();
    };
    expect(named([], 4)).toEqual(["1", "3", "9"]);
    expect(named(["9"], 4)).toEqual(["1", "3"]);
    expect(named(["9", "3", "5"], 1)).toEqual(["1"]);
  });
});
