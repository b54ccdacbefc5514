import { describe, expect, it } from "vitest";
import { type ColdStartSettings, DEFAULT_COLD_START } from "#contract/cold-start.ts";
import { buildCatalogue, rowsOf } from "#engine/catalogue/catalogue.ts";
import { type ColdStart, coldStartOf } from "#engine/serve/cold-start.ts";
import { communitiesOf } from "#engine/serve/cold-start-columns.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { NO_MODEL_FEATURES } from "#engine/serve/model-features.ts";
import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendationRequest } from "#engine/serve/recommendation.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

const NOW = Date.parse("2026-01-15T00:00:00Z");
const dated = (days: number) => new Date(NOW - days * 86_400_000).toISOString();
type Properties = Readonly<Record<string, unknown>>;

const POSTS: Readonly<Record<string, Properties>> = {
  "1": { communityId: "red", tags: ["live", "dance"], createdAt: dated(0), view_count: 10, like_count: 2 },
  "2": { communityId: "red", tags: ["live"], createdAt: dated(3.5), view_count: 4, comment_count: 2 },
  "3": { communityId: "blue", tags: ["photo"], createdAt: dated(30), view_count: 100, like_count: 0 },
  "4": { communityId: "green", tags: ["live"], createdAt: dated(0), view_count: 1_000 },
};

async function world(posts: Readonly<Record<string, Properties>> = POSTS) {
  const dataset = await tinyDataset();
  const servable: Servable = {
    ...{ model: fitted(dataset, "TopPop"), users: dataset.users, items: dataset.items },
    ...{ history: dataset.userItems, disliked: null, ...NO_MODEL_FEATURES },
    popularity: new Float32Array(dataset.items.size).fill(1),
    popular: Uint32Array.from({ length: dataset.items.size }, (_, item) => item),
  };
  const { catalogue } = buildCatalogue(
    Object.entries(posts).map(([itemId, properties]) => ({ itemId, properties })),
  );
  const rulesOf = (communities: readonly string[], changes: Partial<ColdStartSettings> = {}) =>
    coldStartOf({
      ...{ settings: { ...DEFAULT_COLD_START, ...changes }, catalogue, communities, now: NOW },
      rows: rowsOf(catalogue, dataset.items),
    });
  const list = (coldStart: ColdStart | null, request: Partial<RecommendationRequest> = {}) =>
    recommend(servable, { offset: 0, limit: 10, ...(coldStart && { coldStart }), ...request });
  const scored = (coldStart: ColdStart | null, request: Partial<RecommendationRequest> = {}) =>
    list(coldStart, request).items.filter(({ isFilled }) => !isFilled);
  return { rulesOf, list, scored, servable };
}

const idsOf = (items: readonly { readonly itemId: string }[]) => items.map(({ itemId }) => itemId);

describe("the cold-start rules", () => {
  it("weigh community, tags, recency and popularity as the K-pop service does", async () => {
    const { rulesOf, list, scored } = await world();
    const rules = rulesOf(["red", "blue"]);
    // Tags of candidates: live 2, dance 1, photo 1. Engagement: 16 and 14 of 16 in red, 100 of 100 in blue.
    expect(idsOf(scored(rules))).toEqual(["1", "2", "3"]);
    const [first, second, third] = scored(rules).map(({ score }) => score);
    expect(first).toBeCloseTo(0.45 + 0.25 * (3 / 4) + 0.2 + 0.1, 6);
    expect(second).toBeCloseTo(0.45 + 0.25 * (2 / 4) + 0.2 * 0.5 + 0.1 * (14 / 16), 6);
    expect(third).toBeCloseTo(0.45 + 0.25 * (1 / 4) + 0 + 0.1, 6);
    expect(list(rules)).toMatchObject({ strategy: "cold_start", ruledTotal: 3 });
  });

  it("hold for people with fewer interactions than the threshold", async () => {
    const { rulesOf, list } = await world();
    const liked = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        itemId: String(at + 1),
        weight: at === 0 ? -1 : 1,
        at: 1,
      }));
    const strategyOf = (threshold: number, count: number) =>
      list(rulesOf(["red", "blue"], { threshold }), { events: liked(count) }).strategy;
    expect([strategyOf(3, 0), strategyOf(3, 2), strategyOf(1, 0)]).toEqual(Array(3).fill("cold_start"));
    expect([strategyOf(3, 3), strategyOf(2, 2), strategyOf(1, 1)]).not.toContain("cold_start");
  });

  it("leave out what is seen, excluded and hidden, and end where no item is left", async () => {
    const { rulesOf, list, scored, servable } = await world();
    const rules = rulesOf(["red"]);
    const seen = { events: [{ itemId: "1", weight: 1, at: 1 }] };
    expect(idsOf(scored(rules, seen))).toEqual(["2"]);
    expect(idsOf(scored(rules, { exclude: ["2"] }))).toEqual(["1"]);
    expect(idsOf(scored(rules, { hidden: Uint32Array.of(servable.items.indexOf("1")) }))).toEqual(["2"]);
    const none = list(rules, { exclude: ["1", "2"] });
    expect(none.strategy).toBe("popular");
    expect(none.items.length).toBeGreaterThan(0);
  });

  it("say nothing of people who follow nothing, or nothing that has items", async () => {
    const { rulesOf, list } = await world();
    expect([rulesOf([]), rulesOf(["yellow"])]).toEqual([null, null]);
    expect(list(rulesOf([])).strategy).toBe("popular");
    expect((await world({ "1": { tags: ["live"] } })).rulesOf(["red"])).toBeNull();
  });

  it("are not asked where scores must stay as they are, or for similar items", async () => {
    const { rulesOf, list } = await world();
    const rules = rulesOf(["red"]);
    expect(list(rules, { asScored: true }).strategy).toBe("popular");
    expect(list(rules, { similar: "only", itemIds: ["3"] }).strategy).not.toBe("cold_start");
  });

  it("are settings", async () => {
    const { rulesOf, scored } = await world();
    const weights = { community: 0, tags: 0, recency: 0, popularity: 1 };
    const only = scored(rulesOf(["red", "blue"], { weights, item_counts: { comment_count: 1 } }));
    expect(only.map(({ itemId, score }) => [itemId, score])).toEqual([["2", 1]]);
    const slow = scored(
      rulesOf(["red"], { weights: { ...weights, popularity: 0, recency: 1 }, recency_days: 35 }),
    );
    expect(slow.map(({ itemId }) => itemId)).toEqual(["1", "2"]);
    expect(slow[1]?.score).toBeCloseTo(0.9, 6);
  });

  it("give their reasons, the heaviest first, which add up to the score", async () => {
    const { rulesOf, list } = await world();
    const [first] = list(rulesOf(["red", "blue"]), { reasons: 9 }).items;
    const reasons = first?.reasons ?? [];
    expect(reasons).toMatchObject([
      { of: "item", rule: "community", column: "communityId", value: "red", contribution: 0.45 },
      { rule: "recency", column: "createdAt", value: dated(0), contribution: 0.2 },
      { rule: "tags", column: "tags", value: "live, dance" },
      { rule: "popularity", column: "view_count, like_count, comment_count", value: 16, contribution: 0.1 },
    ]);
    expect(reasons.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(
      first?.score ?? 0,
      6,
    );
    expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    const filled = list(rulesOf(["blue"]), { reasons: 9 }).items.at(-1);
    expect(filled).toMatchObject({ isFilled: true, reasons: [] });
  });

  it("take items without a date as new, of the future as of now, and without counts as unknown", async () => {
    const { rulesOf, scored } = await world({
      "1": { communityId: "red", createdAt: dated(-2) },
      "2": { communityId: "red" },
      "3": { communityId: "red", createdAt: dated(7), tags: [] },
    });
    const scores = new Map(scored(rulesOf(["red"])).map(({ itemId, score }) => [itemId, score]));
    expect(scores.get("1")).toBeCloseTo(0.65, 6);
    expect(scores.get("2")).toBeCloseTo(0.65, 6);
    expect(scores.get("3")).toBeCloseTo(0.45, 6);
    // Equals in the order of ids.
    expect([...scores.keys()]).toEqual(["1", "2", "3"]);
  });

  it("read communities that are numbers, and items of several", async () => {
    const numbers = await world({ "1": { communityId: 7 }, "2": { communityId: 8 } });
    expect(idsOf(numbers.scored(numbers.rulesOf(["8"])))).toEqual(["2"]);
    const several = await world({ "1": { communityId: ["red", "blue"] }, "2": { communityId: ["green"] } });
    expect(idsOf(several.scored(several.rulesOf(["blue"])))).toEqual(["1"]);
  });
});

describe("the communities of a person", () => {
  it("come as a list or a text", () => {
    expect(communitiesOf(["a", "b", "a", "", 7, null, {}])).toEqual(["a", "b", "7"]);
    expect(communitiesOf("a| b|")).toEqual(["a", "b"]);
    expect([communitiesOf(null), communitiesOf(undefined), communitiesOf({ a: 1 })]).toEqual([[], [], []]);
    expect(communitiesOf(12)).toEqual(["12"]);
  });
});
