import { describe, expect, it } from "vitest";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { transpose } from "#engine/data/transpose.ts";
import { type BlockedMatrix, rowsOf } from "#engine/scale/blocks/blocked-matrix.ts";
import { blockedDatasetOf, type SectionReader } from "#engine/scale/blocks/dataset-blocks.ts";
import { randomCsr } from "../random-csr.ts";

const userItems = randomCsr({ rowCount: 120, columnCount: 40, density: 0.15, seed: 1 });
const disliked = randomCsr({ rowCount: 120, columnCount: 40, density: 0.05, seed: 2 });
const times = Float64Array.from(userItems.indices, (_, at) => 1000 * at);

function idsOf(count: number) {
  const builder = new IdMapBuilder();
  for (let index = 0; index < count; index++) builder.intern(`${index}`);
  return builder.finish();
}

function readerOf(hasDislikes: boolean, without?: string): SectionReader & { readonly asked: string[] } {
  const dataset = { users: idsOf(120), items: idsOf(40), userItems, times, ...(hasDislikes && { disliked }) };
  const sections = datasetSections(dataset, 900).filter(({ name }) => name !== without);
  const asked: string[] = [];
  return {
    asked,
    entries: sections.map(({ name, data }) => ({ name, length: data.length, bytes: data.byteLength })),
    read: async (names) => {
      asked.push(...names);
      return sections.filter(({ name }) => names.includes(name));
    },
  };
}

async function expectBlocks(blocked: BlockedMatrix | null, whole: typeof userItems): Promise<void> {
  if (blocked === null) throw new TypeError("There is no such matrix.");
  const { blocks } = blocked;
  expect(blocks.length).toBeGreaterThan(2);
  expect(blocked.interactionCount).toBe(whole.indices.length);
  for (const [block, { firstRow, rowCount }] of blocks.entries()) {
    expect(await blocked.read(block)).toEqual(rowsOf(whole, firstRow, firstRow + rowCount));
  }
}

describe("the blocks of a dataset's artifact", () => {
  it("are its rows in both directions, with times, and the dislikes of the same users", async () => {
    const reader = readerOf(true);
    const data = await blockedDatasetOf(reader);
    await expectBlocks(data.userItems, userItems);
    await expectBlocks(data.itemUsers, transpose(userItems));
    await expectBlocks(data.disliked, disliked);
    const timed = await data.userItems.readTimed(1);
    const from = userItems.indptr[timed.firstRow] as number;
    expect(timed.times).toEqual(times.subarray(from, from + timed.matrix.indices.length));
    expect((await blockedDatasetOf(readerOf(false))).disliked).toBe(null);
  });

  it("are each read alone", async () => {
    const reader = readerOf(true);
    const data = await blockedDatasetOf(reader);
    reader.asked.length = 0;
    await data.userItems.read(2);
    expect(reader.asked.map((name) => name.split(".").slice(0, 2).join("."))).toEqual(
      new Array(4).fill("dataset.user-blocks/2"),
    );
  });

  it("are refused when one is missing", async () => {
    const reader = readerOf(false, "dataset.user-blocks/1.indices");
    await expect(blockedDatasetOf(reader)).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
  });
});
