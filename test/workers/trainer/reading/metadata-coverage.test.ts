import { describe, expect, it } from "vitest";
import type { Artifact } from "#engine/artifact/decode-artifact.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import type { IngestionPeer } from "#jobs/ingestion-job.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { coverageOfData, coverageOfMetadata } from "#trainer/reading/metadata-coverage.ts";

const data: IngestionPeer = { source: "training_data", rowId: 4, artifactKey: "data" };
const items: IngestionPeer = { source: "item_meta_data", rowId: 7, artifactKey: "items" };
const users: IngestionPeer = { source: "user_meta_data", rowId: 8, artifactKey: "users" };

const effects = { breathe: async () => {}, gunzip: (bytes: AsyncIterable<Uint8Array>) => bytes };

async function metadata(text: string, item: string) {
  const bytes = new Blob([text]).stream();
  const read = await readMetadata({ name: "m.csv", bytes }, { ...effects, columns: { item } });
  return read.metadata;
}

async function setUp() {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (const [user, item] of ["u1 a", "u2 b", "u3 c"].map((pair) => pair.split(" "))) {
    builder.add(user ?? "", item ?? "", 1, Number.NaN);
  }
  const { dataset } = await builder.finish(effects.breathe);
  const itemData = await metadata("item,title\na,A\nb,B\nz,Z\n", "item");
  const userData = await metadata("user,age\n1,30\n2,40\n", "user");
  const stored: Record<string, Artifact["sections"]> = {
    data: datasetSections(dataset),
    items: metadataSections(itemData),
    users: metadataSections(userData),
  };
  const sectionsOf = (key: string) => {
    const sections = stored[key];
    if (!sections) throw new ArtifactMissing(key);
    return sections;
  };
  const artifacts = {
    get: async (key: string, kind: string) => ({ kind, meta: {}, sections: sectionsOf(key) }),
    getSections: async (key: string, _: string, isWanted: (name: string) => boolean) =>
      sectionsOf(key).filter(({ name }) => isWanted(name)),
    put: async () => 0,
    delete: async () => {},
  };
  return { deps: { artifacts }, dataset, itemData };
}

describe("coverage of metadata", () => {
  it("counts the ids of the newest data that a new metadata file describes", async () => {
    const { deps, itemData } = await setUp();
    const coverage = await coverageOfMetadata(deps, { peers: [data] }, "item", itemData.itemIds);
    expect(coverage).toEqual({ data: 4, ids: 3, described: 2, warning: null });
  });

  it("is unknown without data, and when the data was deleted meanwhile", async () => {
    const { deps, itemData } = await setUp();
    expect(await coverageOfMetadata(deps, {}, "item", itemData.itemIds)).toBeNull();
    const gone = { ...data, artifactKey: "gone" };
    expect(await coverageOfMetadata(deps, { peers: [gone] }, "item", itemData.itemIds)).toBeNull();
  });

  it("is counted for each metadata file when data comes after it", async () => {
    const { deps, dataset } = await setUp();
    const found = await coverageOfData(deps, { rowId: 9, peers: [items, users] }, dataset);
    expect(found.map(({ peer, coverage }) => [peer.rowId, coverage.data, coverage.described])).toEqual([
      [7, 9, 2],
      [8, 9, 0],
    ]);
    expect(found[1]?.coverage.warning).toContain('none for "u1", "u2", "u3"');
  });
});
