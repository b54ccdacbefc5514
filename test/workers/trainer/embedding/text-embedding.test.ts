/** Texts of items become vectors where the deployment has a model, and models of embeddings learn from them. */
import { describe, expect, it } from "vitest";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { datasetKey, modelFeaturesKey } from "#storage/keys.ts";
import { textEmbedding } from "#trainer/embedding/text-embedding.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import { copyOf } from "../../../setup/copy-of.ts";
import { FakeTextModels, FakeVectorStore } from "./fake-text-models.ts";

const WORDS = ["sea", "train", "moon", "bread"];
const numbers = (item: number) => JSON.stringify(Array.from({ length: 8 }, (_, k) => Math.cos(item * k + 1)));
const TABLES = {
  texts: [
    "id,title,year",
    ...WORDS.flatMap((word, at) => [`a${at},A ${word} of old,19${70 + at}`, `b${at},The ${word},1999`]),
  ],
  vectors: ["id\ttitle\twords", ...WORDS.map((word, at) => `a${at}\tA ${word} of old\t${numbers(at)}`)],
  numbers: ["id,year", ...WORDS.map((_, at) => `a${at},${1970 + at}`)],
};

async function world(table: keyof typeof TABLES, { name = "bge-small", isBound = true } = {}) {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (const at of WORDS.keys())
    for (const item of [`a${at}`, `b${at}`]) builder.add(`u${at}`, item, 1, Number.NaN);
  const { dataset } = await builder.finish(async () => undefined);
  const bytes = new Blob([TABLES[table].join("\n")]).stream();
  const options = { about: "item", columns: { item: "id" }, breathe: async () => undefined } as const;
  const read = await readMetadata({ name: "m", bytes }, { ...options, gunzip: (all) => all });
  const key = datasetKey(3, 1);
  const stored = new Map<string, Pick<ArtifactContent, "sections" | "meta">>([
    [key, { meta: {}, sections: datasetSections(dataset) }],
    ["items", { meta: {}, sections: metadataSections(read.metadata) }],
  ]);
  const get = async (name: string) => {
    const found = stored.get(name);
    if (!found) throw new ArtifactMissing(name);
    return { kind: METADATA_KIND, ...found, sections: [...(found.sections as Section[])] };
  };
  const models = new FakeTextModels();
  const store = new FakeVectorStore();
  const wait = async () => undefined;
  const embedding = textEmbedding(name, { models: isBound ? models : undefined, store, wait });
  const artifacts = {
    get,
    getSections: async (name: string, _kind: string, isWanted: (section: string) => boolean) =>
      (await get(name)).sections.filter((section) => isWanted(section.name)),
    put: async (name: string, content: ArtifactContent) => {
      stored.set(name, copyOf(content));
      return 1;
    },
  };
  const datasets = createDatasets({
    artifacts: artifacts as never,
    now: () => 0,
    pause: async () => undefined,
    embedding,
  });
  const data: JobData = {
    datasetKey: key,
    features: {
      artifactKey: modelFeaturesKey(3, 1),
      items: { metadataKey: "items", columns: null },
      users: null,
    },
  };
  return { models, store, dataset, tables: () => datasets.tables(data) };
}

describe("texts of items", () => {
  it("become vectors of the job's items, in a column that an application may give, too", async () => {
    const { models, store, dataset, tables } = await world("texts");
    const { items } = (await tables()) ?? {};
    expect(items?.matrix.vectors?.widths).toEqual([384]);
    expect(models.texts.toSorted()).toContain("A sea of old");
    expect(models.texts).toHaveLength(dataset.items.size);
    expect([...store.objects.keys()][0]).toMatch(/^projects\/3\/embeddings\//);
    const given = items && encodeRow(items.space, { text_embedding: models.vectorOf("The sea") });
    expect(given?.vector).toHaveLength(384);
  });

  it("stay texts where the table has a column of vectors, or no text", async () => {
    const own = await world("vectors");
    expect((await own.tables())?.items?.matrix.vectors?.widths).toEqual([8]);
    expect(own.models.calls).toEqual([]);
    const bare = await world("numbers");
    expect((await bare.tables())?.items?.matrix.vectors).toBeUndefined();
    expect(bare.models.calls).toEqual([]);
  });

  it("stay texts without the setting", async () => {
    const { models, tables } = await world("texts", { name: "" });
    expect((await tables())?.items?.matrix.vectors).toBeUndefined();
    expect(models.calls).toEqual([]);
  });

  it("fail the job for good where the setting has no binding, and say what to do", async () => {
    const { tables } = await world("texts", { isBound: false });
    await expect(tables()).rejects.toMatchObject({
      code: "BAD_DATA",
      message: expect.stringContaining("give the table of items a column of vectors"),
    });
  });
});
