/** Items without an opinion of the model: serving, evaluation, similar items and blends treat them in the same way. */
import { afterAll, describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { createEvaluation } from "#engine/evaluate/evaluation.ts";
import { modelSections, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { similarItems } from "#engine/serve/similar-items.ts";
import { fitModel, inputOf } from "../algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

/** Eight people share "hit" and small things; a couple of items belongs to one loner alone, another couple to two friends. */
async function worldOf(): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: true });
  const add = (user: string, ...items: string[]) => {
    for (const [at, item] of items.entries()) builder.add(user, item, 1, 1e12 + at * 86_400_000);
  };
  add("u0", "rare", "hit", "a0");
  for (let user = 1; user < 8; user++) add(`u${user}`, "hit", `a${user % 3}`);
  add("loner", "own1", "own2");
  add("friend1", "pair1", "pair2", "pair3");
  add("friend2", "pair1", "pair2");
  return (await builder.finish(async () => {})).dataset;
}

const FEW: Partial<Record<AlgorithmName, AlgorithmParams>> = {
  IALS: { n_components: 4, train_epochs: 3 },
  FeatureIALS: { n_components: 4, train_epochs: 3 },
  LightFM: { n_components: 4, train_epochs: 3 },
  BPR: { n_components: 4, train_epochs: 3 },
  TruncatedSVD: { n_components: 5 },
  NMF: { n_components: 5 },
  GFCF: { n_components: 6 },
  Blend: { "weight.IALS": 0, "weight.GFCF": 1, "weight.TurboCF": 1, "GFCF.n_components": 6 },
};

/** One list for all users, models whose scores are never 0, so that they have an opinion of every item, and one that needs an order. */
const OPINIONATED: readonly AlgorithmName[] = [
  "TopPop",
  "Trending",
  "WindowedPop",
  "IALS",
  "BPR",
  "FeatureIALS",
  "Embedding",
  "LightFM",
  "RecentIALS",
  "RepeatedItems",
];
const QUIET = ALGORITHM_NAMES.filter((name) => !OPINIONATED.includes(name));

async function servableFor(name: AlgorithmName): Promise<Servable> {
  const dataset = await worldOf();
  const model = fitModel(name, inputOf(withAges(dataset).userItems, kernels), FEW[name] ?? {});
  const artifact = { kind: "model", meta: { algorithm: name }, sections: modelSections(model, dataset) };
  return servableOf(artifact, kernels);
}

const ids = (list: ReturnType<typeof recommend>) => list.items.map(({ itemId }) => itemId);
/** The items that the loner does not have: by number of users, then by id. */
const POPULAR = ["hit", "a1", "a2", "a0", "pair1", "pair2", "rare", "pair3"];

describe.each(QUIET)("%s", (name) => {
  it("gives popular items, with that strategy, to a user without an opinion of the model", async () => {
    const model = await servableFor(name);
    const list = recommend(model, { userId: "loner", offset: 0, limit: 20 });
    expect(list.strategy).toBe("popular");
    expect([...ids(list)].sort()).toEqual([...POPULAR].sort());
    expect(list.items.map(({ score }) => score)).toEqual([8, 3, 3, 2, 2, 2, 1, 1]);
    expect(list.items.some(({ isFilled }) => isFilled)).toBe(false);
    expect(ids(list)).toEqual(
      ids(recommend(model, { userId: "nobody", offset: 0, limit: 20 })).filter((id) => !id.startsWith("own")),
    );
  });

  it("fills a list behind its opinions, marks what it fills in, and pages through it without a gap", async () => {
    const model = await servableFor(name);
    const list = recommend(model, { itemIds: ["own1"], offset: 0, limit: 20 });
    expect(list.strategy).toBe("profile");
    expect(list.items[0]).toMatchObject({ itemId: "own2", isFilled: false });
    expect(list.items[0]?.score).toBeGreaterThan(0);
    const filled = list.items.slice(1);
    expect(filled.every(({ isFilled, score }) => isFilled && score === 0)).toBe(true);
    expect(filled.map(({ itemId }) => itemId)).toEqual(
      ids(recommend(model, { userId: "loner", offset: 0, limit: 20 })),
    );
    const pages = [0, 3, 6, 9].flatMap((offset) =>
      ids(recommend(model, { itemIds: ["own1"], offset, limit: 3 })),
    );
    expect(pages).toEqual(ids(list));
    expect(recommend(model, { itemIds: ["own1"], offset: 3, limit: 3 }).strategy).toBe("profile");
  });

  it("does not list items without an opinion as similar", async () => {
    const model = await servableFor(name);
    const similar = similarItems(model, model.items.indexOf("own1"), 20);
    expect(similar.map(({ itemId }) => itemId)).toEqual(["own2"]);
  });
});

describe.each(ALGORITHM_NAMES)("%s", (name) => {
  it("is measured by the lists that it serves", async () => {
    const servable = await servableFor(name);
    const { users, items, history } = servable;
    const wanted = (user: number) => (user * 5 + 3) % items.size;
    const heldout = {
      ...history,
      indptr: new Uint32Array(users.size + 1),
      indices: new Uint32Array(users.size),
    };
    for (let user = 0; user < users.size; user++) {
      heldout.indices[user] = wanted(user);
      heldout.indptr[user + 1] = user + 1;
    }
    const evaluation = createEvaluation({
      model: servable.model,
      seen: history,
      heldout: { ...heldout, values: new Float32Array(users.size).fill(1) },
      cutoffs: [3, 6],
      perUser: ["mrr@6"],
    });
    while (!evaluation.done) evaluation.step();
    const measured = evaluation.result().perUser?.["mrr@6"];
    for (let user = 0; user < users.size; user++) {
      const list = ids(recommend(servable, { userId: users.idAt(user), offset: 0, limit: 6 }));
      const rank = list.indexOf(items.idAt(wanted(user))) + 1;
      const isSeen = csrRow(history, user).indices.includes(wanted(user));
      expect(measured?.[user]).toBeCloseTo(rank === 0 || isSeen ? 0 : 1 / rank, 6);
    }
  });
});

describe("in Recotem's way", () => {
  it("scores stay as they are, and of equal scores the last id comes first", async () => {
    const model = await servableFor("CosineKNN");
    const list = recommend(model, { userId: "loner", offset: 0, limit: 3, asScored: true });
    expect(list.strategy).toBe("personal");
    expect(list.items.map(({ itemId, score }) => [itemId, score])).toEqual([
      ["rare", 0],
      ["pair3", 0],
      ["pair2", 0],
    ]);
  });
});
