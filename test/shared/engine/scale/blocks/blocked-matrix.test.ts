import { describe, expect, it } from "vitest";
import { csrRow } from "#engine/data/csr-row.ts";
import { createRandom } from "#engine/random.ts";
import { decodeBlock, encodeBlock } from "#engine/scale/blocks/block-codec.ts";
import { blockedDatasetFrom, blockedFrom, blockOfRow } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects, ObjectReader, type ObjectStore } from "#engine/scale/blocks/object-store.ts";
import { openMatrix, storeMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import { randomCsr } from "../random-csr.ts";

const matrix = randomCsr({ rowCount: 90, columnCount: 40, density: 0.2, seed: 3 });
const times = Float64Array.from({ length: matrix.indices.length }, (_, at) => 1000 * at);

describe("blockedFrom", () => {
  it.each([1e9, 2000, 300, 40])("keeps all rows in blocks of at most %i bytes", async (mostBytes) => {
    const blocked = blockedFrom(matrix, mostBytes, times);
    const rows: unknown[] = [];
    const seenTimes: number[] = [];
    for (const [at, block] of blocked.blocks.entries()) {
      const content = await blocked.readTimed(at);
      expect(content.firstRow).toBe(block.firstRow);
      expect(encodeBlock(content).length).toBe(block.bytes);
      if (block.rowCount > 1) expect(block.bytes).toBeLessThanOrEqual(mostBytes);
      for (let row = 0; row < block.rowCount; row++) rows.push(csrRow(content.matrix, row));
      seenTimes.push(...(content.times ?? []));
    }
    expect(rows).toEqual(Array.from({ length: matrix.rowCount }, (_, row) => csrRow(matrix, row)));
    expect(seenTimes).toEqual([...times]);
  });

  it("finds the block of each row", () => {
    const blocked = blockedFrom(matrix, 300);
    const found = Array.from({ length: matrix.rowCount }, (_, row) => blockOfRow(blocked, row));
    expect(found).toEqual(
      blocked.blocks.flatMap(({ rowCount }, block) => Array.from({ length: rowCount }, () => block)),
    );
    expect(() => blockOfRow(blocked, matrix.rowCount)).toThrow(RangeError);
  });

  it("cuts dislikes at the users of the interactions", async () => {
    const disliked = randomCsr({ rowCount: 90, columnCount: 40, density: 0.01, seed: 4 });
    const dataset = blockedDatasetFrom({ userItems: matrix, disliked }, 500);
    const starts = (blocks: readonly { firstRow: number }[] = []) => blocks.map(({ firstRow }) => firstRow);
    expect(starts(dataset.disliked?.blocks)).toEqual(starts(dataset.userItems.blocks));
    expect(dataset.itemUsers.rowCount).toBe(40);
    expect(dataset.itemUsers.interactionCount).toBe(matrix.indices.length);
  });
});

describe("a stored matrix", () => {
  it("is read as it was written, also from bytes that are not aligned", async () => {
    const store = memoryObjects();
    const blocked = blockedFrom(matrix, 700, times);
    await storeMatrix(store, "m", blocked);
    const opened = await openMatrix(store, "m");
    expect(opened.blocks).toEqual(blocked.blocks);
    for (let block = 0; block < blocked.blocks.length; block++) {
      expect(await opened.readTimed(block)).toEqual(await blocked.readTimed(block));
    }
    const bytes = encodeBlock(await blocked.readTimed(1));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeBlock(shifted.subarray(3), "x")).toEqual(await blocked.readTimed(1));
  });

  it("is refused when it is damaged, wherever", async () => {
    const bytes = encodeBlock(await blockedFrom(matrix).readTimed(0));
    const random = createRandom(1);
    expect(() => decodeBlock(bytes.subarray(0, bytes.length - 4), "x")).toThrow(
      /"x" has \d+ bytes, expected/,
    );
    expect(() => decodeBlock(bytes.subarray(0, 8), "x")).toThrow(/only 8 bytes/);
    // The first 28 bytes are the header; offsets and columns follow.
    const checked = 4 * 8 + 4 * (matrix.rowCount + 1);
    const survivors: number[] = [];
    for (let at = 12; at < checked; at += 4) {
      const other = bytes.slice();
      new DataView(other.buffer).setUint32(at, 2 ** 31 + random.below(1000), true);
      try {
        decodeBlock(other, "x");
        // The number of columns may be larger than any column; the last number of the header is unused.
        if (at !== 16 && at !== 28) survivors.push(at);
      } catch (error) {
        expect(String(error)).toMatch(/"x"/);
      }
    }
    expect(survivors).toEqual([]);
  });

  it("is refused when a block of another matrix lies under its name", async () => {
    const store = memoryObjects();
    await storeMatrix(store, "m", blockedFrom(matrix, 700));
    await store.put("m/1", encodeBlock(await blockedFrom(matrix, 700).readTimed(0)));
    const opened = await openMatrix(store, "m");
    await expect(opened.read(1)).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
    await expect(opened.read(99)).rejects.toMatchObject({ code: "BAD_PARAMETER" });
    await expect(openMatrix(store, "absent")).rejects.toMatchObject({ code: "BAD_DATA" });
  });
});

describe("an object reader", () => {
  it("reads into the same memory where the store can, and grows it", async () => {
    const plain = memoryObjects();
    await plain.put("small", Uint8Array.of(1, 2));
    await plain.put("large", Uint8Array.of(3, 4, 5));
    await plain.put("last", Uint8Array.of(6));
    const store: ObjectStore = {
      ...plain,
      async getInto(name, room) {
        const bytes = await plain.get(name);
        if (bytes === null) return null;
        const into = room(bytes.length);
        into.set(bytes);
        return into;
      },
    };
    const reader = new ObjectReader(store);
    expect([...(await reader.read("small"))]).toEqual([1, 2]);
    const large = await reader.read("large");
    expect([...large]).toEqual([3, 4, 5]);
    const last = await reader.read("last");
    expect([...last]).toEqual([6]);
    expect(last.buffer).toBe(large.buffer);
    await expect(reader.read("absent")).rejects.toMatchObject({ code: "BAD_DATA" });
    expect([...(await new ObjectReader(plain).read("small"))]).toEqual([1, 2]);
  });
});
