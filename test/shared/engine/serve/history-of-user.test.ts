/** A model with histories in blocks gives the lists of the same model with whole histories, and forgets a user in the same way. */
import { describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { isByRange } from "#engine/artifact/by-range.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { separateDislikes } from "#engine/data/dislikes.ts";
import { historyBlockName, historyBlockOf, historyShapeOf } from "#engine/data/history-blocks.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { createRandom, type Random } from "#engine/random.ts";
import { forgetUser, forgetUserInBlock } from "#engine/serve/forget-user.ts";
import { drawHistory, historyOfUser } from "#engine/serve/history-of-user.ts";
import {
  type ModelSectionOptions,
  modelSections,
  type Servable,
  servableOf,
} from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { userProfileOf } from "#engine/serve/user-profile.ts";
import { fitted } from "./tiny-world.ts";

const USERS = 40;
const ITEMS = 30;
/** Small data use the path of large ones. */
const IN_BLOCKS: ModelSectionOptions = { wholeHistoryBytes: 0, historyBlockBytes: 300 };

async function randomDataset(random: Random): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let n = 0; n < 300; n++) {
    builder.add(`u${random.below(USERS)}`, `i${random.below(ITEMS)}`, random.below(6), Number.NaN);
  }
  const { dataset } = await builder.finish(async () => undefined);
  return { ...dataset, ...separateDislikes(dataset) };
}

const blockAt = (sections: readonly Section[]) => async (block: number) =>
  sections.find(({ name }) => name === historyBlockName(block))?.data as Uint8Array;

function served(algorithm: AlgorithmName, sections: readonly Section[]): Servable {
  const held = sections.filter(({ name }) => !isByRange(name));
  const artifact = { kind: "model", meta: { algorithm }, sections: held };
  return servableOf(artifact, createScalarKernels(), blockAt(sections));
}

async function listOf(servable: Servable, userId: string, exclude: readonly string[]) {
  const history = servable.histories ? await historyOfUser(servable.histories, userId) : null;
  const known = { userId, ...(history && { history }), exclude };
  return {
    list: recommend(servable, { ...known, offset: 0, limit: 12 }),
    user: userProfileOf(servable, known),
  };
}

const IDS = [...Array.from({ length: USERS }, (_, user) => `u${user}`), "nobody", " u3​", ""];

const MODELS: readonly (readonly [AlgorithmName, AlgorithmParams])[] = [
  ["IALS", { n_components: 4, train_epochs: 1 }],
  ["DegreeKNN", { top_k: 5 }],
  ["CosineUserKNN", { top_k: 5 }],
  ["TopPop", {}],
  ["Blend", { "weight.DegreeKNN": 1, "weight.IALS": 1, "IALS.n_components": 4, "IALS.train_epochs": 1 }],
];

describe.each(MODELS)("%s with histories in blocks", (algorithm, given) => {
  async function both(seed: number) {
    const dataset = await randomDataset(createRandom(seed));
    const params = parseParams(algorithm, given);
    if (!params.ok) throw new Error("The parameters of the fixture are wrong.");
    const model = fitted(dataset, algorithm, params.params);
    const whole = modelSections(model, dataset);
    const inBlocks = modelSections(model, dataset, IN_BLOCKS);
    return { whole, inBlocks };
  }

  it("gives the lists of the model with whole ones, for every user and none", async () => {
    for (const seed of [1, 2, 3]) {
      const { whole, inBlocks } = await both(seed);
      const [one, other] = [served(algorithm, whole), served(algorithm, inBlocks)];
      expect([one.histories, other.users.size]).toEqual([undefined, 0]);
      expect(other.histories?.blockCount).toBeGreaterThan(2);
      for (const userId of IDS) {
        const exclude = [`i${seed}`];
        expect(await listOf(other, userId, exclude)).toEqual(await listOf(one, userId, exclude));
      }
    }
  });

  it("forgets a user as the model with whole ones does, and no other", async () => {
    const { whole, inBlocks } = await both(4);
    const meta = { algorithm };
    const shape = historyShapeOf(inBlocks);
    const reader = served(algorithm, inBlocks).histories;
    const history = reader && (await historyOfUser(reader, "u7"));
    if (!shape || !history) throw new Error("the model does not know the user");
    const block = historyBlockOf(shape, "u7");
    const before = { name: historyBlockName(block), data: await blockAt(inBlocks)(block) };
    const held = inBlocks.filter(({ name }) => !isByRange(name));
    const gone = forgetUserInBlock({ meta, sections: held }, history, before);
    const rest = [
      ...gone.sections,
      ...inBlocks
        .map((section) => (section.name === gone.block.name ? gone.block : section))
        .filter(({ name }) => isByRange(name)),
    ];
    expect(rest.map(({ name }) => name).sort()).toEqual(inBlocks.map(({ name }) => name).sort());
    expect(new TextDecoder("latin1").decode(gone.block.data)).not.toContain("u7");
    const one = served(algorithm, forgetUser({ meta, sections: whole }, "u7") ?? []);
    const other = served(algorithm, rest);
    expect(other.popularity).toEqual(one.popularity);
    for (const userId of IDS) expect(await listOf(other, userId, [])).toEqual(await listOf(one, userId, []));
  });
});

describe("a user drawn from histories in blocks", () => {
  it("is one of the training, any of them, also where blocks are empty", async () => {
    const dataset = await randomDataset(createRandom(9));
    const model = fitted(dataset, "TopPop");
    for (const historyBlockBytes of [1, 300, 1_000_000]) {
      const { histories } = served(
        "TopPop",
        modelSections(model, dataset, { wholeHistoryBytes: 0, historyBlockBytes }),
      );
      if (!histories) throw new Error("there are no blocks");
      const drawn = new Set<string | undefined>();
      for (let n = 0; n < 400; n++) drawn.add((await drawHistory(histories, n / 400))?.userId);
      const ids = Array.from({ length: dataset.users.size }, (_, user) => dataset.users.idAt(user));
      expect([...drawn].filter((id) => !ids.includes(id ?? ""))).toEqual([]);
      expect(drawn.size).toBeGreaterThan(ids.length / 2);
    }
  });

  it("is null where nobody is left", async () => {
    const histories = { blockCount: 3, userCount: 1, itemCount: 5, readBlock: async () => new Uint8Array() };
    expect(await drawHistory(histories, 0.5)).toBeNull();
  });
});

describe("a model with histories in blocks", () => {
  it("is refused where nobody reads blocks", async () => {
    const dataset = await randomDataset(createRandom(10));
    const sections = modelSections(fitted(dataset, "TopPop"), dataset, IN_BLOCKS);
    const artifact = { kind: "model", meta: { algorithm: "TopPop" }, sections };
    expect(() => servableOf(artifact, createScalarKernels())).toThrow(
      expect.objectContaining({ code: "BAD_ARTIFACT" }),
    );
  });

  it("has whole histories up to the limit", async () => {
    const dataset = await randomDataset(createRandom(11));
    const names = modelSections(fitted(dataset, "TopPop"), dataset, { wholeHistoryBytes: 100_000 }).map(
      ({ name }) => name,
    );
    expect(names.some(isByRange)).toBe(false);
    expect(names).toContain("history.rows");
  });
});
