/** The features of a job are made once from its tables, are the same bytes each time, and reach dataset and splits. */
import { describe, expect, it } from "vitest";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { CHECKPOINT_KIND, METADATA_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import { featureRow } from "#engine/data/side-features.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import type { TableSchema } from "#engine/features/table-schema.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import { packShelf, shelfSections } from "#jobs/item-shelf/packed-shelf.ts";
import { ArtifactMissing, type ArtifactOpener, type ArtifactStore } from "#storage/artifact-store.ts";
import { studyFeaturesKey } from "#storage/keys.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import { copyOf } from "../../../setup/copy-of.ts";
import { studySpec } from "../../core/jobs/study-fixture.ts";

const KEY = studyFeaturesKey(1, 7);
const split = { ...studySpec().split, heldout_ratio: 0.3 };
const ITEMS = Array.from(
  { length: 20 },
  (_, item) => `i${item},${item % 2 ? "even|odd" : "even"},19${70 + item}`,
);

async function datasetOfSome() {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let user = 0; user < 30; user++)
    for (let at = 0; at < 8; at++) builder.add(`u${user}`, `i${(7 * user + 3 * at) % 20}`, 1, Number.NaN);
  return (await builder.finish(async () => undefined)).dataset;
}

async function metadataOfItems(): Promise<readonly Section[]> {
  const text = `id,tags,year\n${ITEMS.join("\n")}\n`;
  const bytes = (async function* () {
    yield new TextEncoder().encode(text);
  })();
  const breathe = async () => undefined;
  const options = { about: "item", columns: { item: "id" }, breathe } as const;
  const { metadata } = await readMetadata({ name: "items.csv", bytes } as never, options as never);
  return metadataSections(metadata);
}

async function world() {
  const dataset = await datasetOfSome();
  const stored = new Map<string, ArtifactContent>([
    ["dataset", { kind: "dataset", meta: {}, sections: datasetSections(dataset) }],
    ["items", { kind: METADATA_KIND, meta: {}, sections: await metadataOfItems() }],
  ]);
  const written: string[] = [];
  const get = async (key: string) => {
    const found = stored.get(key);
    if (!found) throw new ArtifactMissing(key);
    return found as never;
  };
  const artifacts: Pick<ArtifactStore, "get" | "getSections" | "put"> & ArtifactOpener = {
    get,
    open: async () => {
      throw new Error("Nothing is sampled.");
    },
    getSections: async (key, _kind, isWanted) =>
      ((await get(key)) as ArtifactContent).sections.filter(({ name }) => isWanted(name)) as Section[],
    put: async (key, content) => {
      written.push(key);
      stored.set(key, copyOf(content) as ArtifactContent);
      return 1;
    },
  };
  const open = () => createDatasets({ artifacts, now: () => 0, pause: async () => undefined });
  return { dataset, stored, written, open };
}

const data: JobData = {
  datasetKey: "dataset",
  features: { artifactKey: KEY, items: { metadataKey: "items", columns: null }, users: null },
};

describe("the features of a job", () => {
  it("are made once, and belong to the rows of dataset and split", async () => {
    const { dataset, written, stored, open } = await world();
    const datasets = open();
    const { features } = await datasets.load(data);
    const parts = await datasets.split(data, split, false);
    const tables = await datasets.tables(data);
    if (!tables?.items || !features?.items) throw new Error("no table of items");
    expect(written).toEqual([KEY]);
    expect(parts.features?.items).toBe(features.items);
    expect(tables.users).toBeNull();
    const row = { tags: "even|odd", year: "1983" };
    expect(featureRow(features.items, dataset.items.indexOf("i13"))).toEqual(
      encodeRow(tables.items.space, row),
    );
    expect(features.items.layout?.map(({ kind }) => kind).sort()).toEqual(["number", "tags"]);
    // Another message of the job, in another isolate, reads the same after the table is gone.
    stored.delete("items");
    expect((await open().load(data)).features?.items?.values).toEqual(features.items.values);
    expect(written).toEqual([KEY]);
  });

  it("are the same bytes when two messages make them", async () => {
    const { stored, open } = await world();
    await open().load(data);
    const first = stored.get(KEY);
    stored.delete(KEY);
    await open().split(data, split, false);
    expect(stored.get(KEY)).toEqual(first);
    expect(first?.meta).toMatchObject({ job_id: 7, items: 20, users: 30 });
  });

  it("fail with the reason if the table went before they were made", async () => {
    const { stored, open } = await world();
    stored.delete("items");
    await expect(open().load(data)).rejects.toThrow(
      expect.objectContaining({
        code: "BAD_DATA",
        message: expect.stringContaining("table of items was deleted"),
      }),
    );
  });

  it("read the columns as they were corrected", async () => {
    const { open } = await world();
    const corrected = {
      ...data,
      features: {
        artifactKey: KEY,
        users: null,
        items: { metadataKey: "items", columns: [{ name: "tags", type: "category" } as const] },
      },
    };
    const tables = await open().tables(corrected);
    // "even" and "even|odd" are two values, the year is not read.
    expect(tables?.items?.space.size).toBe(2);
  });

  it("are of what applications wrote, over a file or without one, and of the columns that somebody chose", async () => {
    const { open, stored, dataset } = await world();
    const entry = { isPartial: true, state: "shown", seq: 1, newAt: 0 } as const;
    const changed = { ...entry, itemId: "i13", properties: '{"tags":"odd","mood":"dark"}' };
    const fresh = Array.from({ length: 9 }, (_, at) => ({
      ...{ ...entry, itemId: `new${at}`, properties: JSON.stringify({ mood: at % 2 ? "dark" : "light" }) },
    }));
    const gone = { ...entry, itemId: "i14", state: "deleted" as const, properties: "{}" };
    const sections = shelfSections(packShelf([changed, gone, ...fresh]), []);
    stored.set("copy", { kind: CHECKPOINT_KIND, meta: {}, sections });
    const schema = { columns: [], otherColumns: "guessed" } as const;
    const tablesOf = async (metadataKey: string | null, chosen: TableSchema = schema) => {
      stored.delete(KEY);
      const items = { metadataKey, columns: null, written: { key: "copy", schema: chosen } };
      const tables = await open().tables({ ...data, features: { artifactKey: KEY, users: null, items } });
      if (!tables?.items) throw new Error("no table of items");
      return tables.items;
    };
    const { space, matrix } = await tablesOf("items");
    const rowOf = (itemId: string) => featureRow(matrix, dataset.items.indexOf(itemId));
    expect(rowOf("i13")).toEqual(encodeRow(space, { tags: "odd", year: 1983, mood: "dark" }));
    expect(rowOf("i14")?.indices).toHaveLength(0);
    expect(space.blocks.flatMap(({ columns }) => columns.map(({ name }) => name)).sort()).toEqual([
      "mood",
      "tags",
      "year",
    ]);
    const alone = await tablesOf(null);
    expect(alone.space.blocks.flatMap(({ columns }) => columns.map(({ name }) => name))).toContain("mood");
    expect(featureRow(alone.matrix, dataset.items.indexOf("i12"))?.indices).toHaveLength(0);
    const ignored = { name: "mood", guess: null, choice: { type: "ignored" }, is_missing: true } as const;
    const without = await tablesOf("items", { ...schema, columns: [ignored] });
    expect(without.space.size).toBeLessThan(space.size);
    stored.delete("copy");
    await expect(tablesOf(null)).rejects.toThrow(expect.objectContaining({ code: "BAD_DATA" }));
  });

  it("are absent without tables: the same objects as before", async () => {
    const { open, written } = await world();
    const datasets = open();
    const plain = { datasetKey: "dataset" };
    expect(await datasets.load(plain)).not.toHaveProperty("features");
    expect(await datasets.split(plain, split, false)).toBe(await datasets.split(plain, split, false));
    expect([await datasets.tables(plain), written]).toEqual([null, []]);
  });
});
