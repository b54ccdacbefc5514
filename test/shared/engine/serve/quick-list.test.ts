/** A list by candidates is the list that scoring every item gives, to the last bit. */
import { beforeAll, describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { emptyBitmap, setBit } from "#engine/catalogue/bitmap.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { transpose } from "#engine/data/transpose.ts";
import { createRandom, type Random } from "#engine/random.ts";
import { adjustScores, itemRulesOf } from "#engine/rules/adjust-scores.ts";
import type { AppliedRules } from "#engine/rules/apply-rules.ts";
import { BoostCollector, type BoostTotals } from "#engine/rules/boost-totals.ts";
import { modelSections, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { popularityOf } from "#engine/serve/popular-now.ts";
import { quickList } from "#engine/serve/quick-list.ts";
import { recommend, recommendAsking } from "#engine/serve/recommend.ts";
import type { RecommendationRequest } from "#engine/serve/recommendation.ts";
import { userProfileOf } from "#engine/serve/user-profile.ts";
import { casesOf } from "../../../setup/random-cases.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";

/** More than the places whose bounds are computed first. */
const ITEMS = 6_000;
const USERS = 300;
const CASES = casesOf(300);

let dataset: Dataset;
beforeAll(async () => {
  const random = createRandom(3);
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let item = 0; item < ITEMS; item++) builder.add(`u${item % USERS}`, `i${item}`, 1, Number.NaN);
  for (let user = 0; user < USERS; user++) {
    const start = (user % 10) * 500;
    for (let n = 0; n < 40; n++) {
      builder.add(`u${user}`, `i${start + Math.floor(500 * random.next() ** 2)}`, 1, Number.NaN);
    }
  }
  dataset = (await builder.finish(async () => undefined)).dataset;
});

function served(algorithm: AlgorithmName, params: AlgorithmParams): Servable {
  const { userItems } = dataset;
  const input = { userItems, itemUsers: transpose(userItems), kernels: loadWasmKernels(), seed: 1 };
  const task = algorithmOf(algorithm).begin(input, params);
  while (!task.done) task.step();
  const sections = modelSections(task.model(), dataset);
  return servableOf({ kind: "model", meta: { algorithm }, sections }, loadWasmKernels());
}

/** An amount for each row, or one for some of them. */
function randomBoosts(random: Random, operation: "multiply" | "add", most: number): BoostTotals {
  const boosts = new BoostCollector(operation, ITEMS + 40);
  if (random.below(2)) {
    boosts.addEach(
      Float64Array.from({ length: ITEMS + 40 }, () => random.next() * most),
      null,
    );
    return boosts;
  }
  const rows = emptyBitmap(ITEMS + 40);
  for (let row = 0; row < ITEMS; row += 1 + random.below(20)) setBit(rows, row);
  boosts.addUniform(most, rows);
  return boosts;
}

/** Random rules over items, whose rows are in another order. */
function randomRules(random: Random): Pick<RecommendationRequest, "adjust" | "itemRules"> {
  const shift = random.below(ITEMS);
  const rows = Int32Array.from({ length: ITEMS }, (_, item) => (item + shift) % ITEMS);
  const [allowed, members] = [emptyBitmap(ITEMS + 40), emptyBitmap(ITEMS + 40)];
  const share = [1, 0.5, 0.1, 0.001][random.below(4)] as number;
  for (let row = 0; row < ITEMS + 40; row++) {
    if (row < ITEMS) setBit(members, row);
    if (random.next() < share) setBit(allowed, row);
  }
  const [mostFactor, mostAddend] = [1 + random.below(3), random.below(2)];
  const applied: AppliedRules = {
    allowed,
    factors: random.below(2) ? randomBoosts(random, "multiply", mostFactor) : null,
    addends: random.below(2) ? randomBoosts(random, "add", mostAddend) : null,
    ...{ mostFactor, mostAddend, pins: [], caps: [], unfit: [] },
  };
  return {
    adjust: (scores) => adjustScores(scores, rows, applied),
    itemRules: itemRulesOf(rows, members, applied),
  };
}

function randomRequest(random: Random): RecommendationRequest {
  const events = Array.from({ length: random.below(4) }, () => ({
    itemId: `i${random.below(ITEMS)}`,
    weight: random.below(4) === 0 ? -1 : 1 + random.below(8),
    at: null,
  }));
  return {
    userId: `u${random.below(USERS)}`,
    offset: random.below(3) * 5,
    limit: 1 + random.below(30),
    exclude: Array.from({ length: random.below(50) }, () => `i${random.below(ITEMS + 9)}`),
    events,
    similar: "after_profile",
    ...(random.below(4) === 0 ? {} : randomRules(random)),
  };
}

const MODELS: readonly (readonly [AlgorithmName, AlgorithmParams])[] = [
  ["IALS", { n_components: 16, train_epochs: 2 }],
  ["DegreeKNN", { top_k: 50 }],
  ["CosineKNN", { top_k: 50 }],
  ["SparseSLIM", {}],
];

describe.each(MODELS)("%s", (algorithm, params) => {
  let servable: Servable;
  beforeAll(() => {
    servable = served(algorithm, params);
  });

  it("gives the same lists by candidates as by all scores", () => {
    const random = createRandom(11);
    let quick = 0;
    for (let n = 0; n < CASES; n++) {
      const request = randomRequest(random);
      const user = userProfileOf(servable, request);
      const excluded = [user.profile.indices, user.disliked];
      if (quickList(servable, user, { ...request, length: request.offset + request.limit, excluded }))
        quick++;
      // A list that is arranged needs every score.
      const arrange: RecommendationRequest["arrange"] = ({ ranked, length }) => ranked(length);
      expect(recommend(servable, request)).toEqual(recommend(servable, { ...request, arrange }));
    }
    // Otherwise the comparison would say nothing.
    expect(quick).toBeGreaterThan(CASES / 4);
  });

  it("asks for popularity only for a list that is not of recommended items alone", async () => {
    let asked = 0;
    const ask = async () => {
      asked++;
      return popularityOf(servable, [{ itemId: "i4999", count: 3 }]);
    };
    const known = { userId: "u5", offset: 0, limit: 10 };
    expect(await recommendAsking(servable, known, ask)).toEqual(recommend(servable, known));
    expect(asked).toBe(0);
    const unknown = await recommendAsking(servable, { ...known, userId: "nobody" }, ask);
    expect([asked, unknown.strategy, unknown.items[0]?.itemId]).toEqual([1, "popular", "i4999"]);
  });
});
