/** The list of popular items in their order is the one that scoring every item gives. */
import { describe, expect, it } from "vitest";
import { BASELINE } from "#contract/algorithms.ts";
import { emptyBitmap, setBit } from "#engine/catalogue/bitmap.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { createRandom, type Random } from "#engine/random.ts";
import { popularFirst } from "#engine/rank/popular-first.ts";
import { adjustScores, itemRulesOf } from "#engine/rules/adjust-scores.ts";
import type { AppliedRules } from "#engine/rules/apply-rules.ts";
import { BoostCollector } from "#engine/rules/boost-totals.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { NO_MODEL_FEATURES } from "#engine/serve/model-features.ts";
import { popularList } from "#engine/serve/popular-list.ts";
import { popularityOf } from "#engine/serve/popular-now.ts";
import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendationRequest } from "#engine/serve/recommendation.ts";
import { withNewItems } from "#engine/serve/with-new-items.ts";

const ITEMS = 2_000;
const CASES = 1_000;

/** Many items have the same number of users, and many none. */
function madeServable(random: Random): Servable {
  const items = new IdMapBuilder();
  for (let item = 0; item < ITEMS; item++) items.intern(`i${item}`);
  const users = new IdMapBuilder();
  users.intern("u1");
  const popularity = Float32Array.from({ length: ITEMS }, () =>
    Math.max(0, Math.floor(40 * random.next() ** 6 - 1)),
  );
  return {
    model: {
      algorithm: BASELINE,
      itemCount: ITEMS,
      scoreProfileInto: (_, out) => void out.fill(0),
      scoreUserInto: (_user, _profile, out) => void out.fill(0),
      similarItemsInto: (_, out) => void out.fill(0),
      encode: () => [],
      dispose: () => undefined,
    },
    ...{ users: users.finish(), items: items.finish(), disliked: null, ...NO_MODEL_FEATURES },
    history: {
      ...{ rowCount: 1, columnCount: ITEMS, indptr: Uint32Array.of(0, 3) },
      ...{ indices: Uint32Array.of(4, 80, 700), values: Float32Array.of(1, 1, 1) },
    },
    popularity,
    popular: popularFirst(popularity),
  };
}

function randomRules(random: Random, itemCount: number): Partial<RecommendationRequest> {
  const rows = Int32Array.from({ length: itemCount }, (_, item) => (item + 77) % itemCount);
  const [allowed, members] = [emptyBitmap(itemCount), emptyBitmap(itemCount)];
  const share = [1, 0.5, 0.1, 0.001][random.below(4)] as number;
  const lifted = emptyBitmap(itemCount);
  for (let row = 0; row < itemCount; row++) {
    setBit(members, row);
    if (random.next() < share) setBit(allowed, row);
    if (random.below(9) === 0) setBit(lifted, row);
  }
  const factors = new BoostCollector("multiply", itemCount);
  const mostFactor = [0, 0.5, 1.5, 30][random.below(4)] as number;
  factors.addUniform(mostFactor, random.below(2) ? lifted : null);
  const addends = new BoostCollector("add", itemCount);
  const mostAddend = [0.25, 2][random.below(2)] as number;
  addends.addUniform(mostAddend, lifted);
  const [multiplies, adds] = [random.below(3) > 0, random.below(3) === 0];
  const applied: AppliedRules = {
    ...{ allowed, factors: multiplies ? factors : null, addends: adds ? addends : null },
    ...{ mostFactor: Math.max(1, mostFactor), mostAddend, pins: [], caps: [], unfit: [] },
  };
  return {
    adjust: (scores) => adjustScores(scores, rows, applied),
    itemRules: itemRulesOf(rows, members, applied),
    isBoosted: multiplies || adds,
  };
}

function randomRequest(random: Random, servable: Servable): RecommendationRequest {
  const counted = Array.from({ length: random.below(3) * random.below(40) }, () => ({
    itemId: `i${random.below(ITEMS + 9)}`,
    count: random.below(50) / 4,
  }));
  return {
    ...(random.below(2) ? { userId: "u1" } : { userId: "nobody", similar: "after_profile" as const }),
    offset: random.below(3) * 5,
    limit: 1 + random.below(random.below(9) === 0 ? ITEMS : 30),
    exclude: Array.from({ length: random.below(50) }, () => `i${random.below(ITEMS + 9)}`),
    popularity: popularityOf(servable, counted),
    ...(random.below(3) === 0 && { reasons: 2 }),
    ...(random.below(3) === 0 && { hidden: Uint32Array.of(1, 2, 900) }),
    ...(random.below(3) > 0 && randomRules(random, servable.items.size)),
  };
}

describe("a list of popular items", () => {
  it("is the same in their order as by all scores", () => {
    const random = createRandom(5);
    const known = madeServable(random);
    const withNew = withNewItems(known, [
      { itemId: "new 1", newAt: 1 },
      { itemId: "new 2", newAt: 2 },
    ]);
    const differences: unknown[] = [];
    let lifted = 0;
    for (let n = 0; n < CASES; n++) {
      const servable = random.below(2) ? known : withNew;
      const request = randomRequest(random, servable);
      const { popularity = popularityOf(servable), offset, limit } = request;
      const own = { ...request, length: offset + limit, excluded: [] };
      if (request.isBoosted && popularList(servable, popularity, own)) lifted++;
      // A list that is arranged needs every score.
      const arrange: RecommendationRequest["arrange"] = ({ ranked, length }) => ranked(length);
      const [list, whole] = [recommend(servable, request), recommend(servable, { ...request, arrange })];
      if (JSON.stringify(list) !== JSON.stringify(whole)) differences.push({ request, list, whole });
    }
    expect(differences).toEqual([]);
    // Otherwise the comparison would say little.
    expect(lifted).toBeGreaterThan(CASES / 10);
  });

  it("reads no further than the list needs", () => {
    const servable = madeServable(createRandom(6));
    const { order, counts } = popularityOf(servable);
    const read = new Set<number>();
    const watched = new Proxy(order, {
      get(target, name) {
        if (typeof name === "string" && /^\d+$/.test(name)) read.add(Number(name));
        return Reflect.get(target, name, target) as unknown;
      },
    });
    popularList(servable, { order: watched, counts }, { length: 10, excluded: [order.slice(0, 3)] });
    expect(read.size).toBe(13);
  });
});
