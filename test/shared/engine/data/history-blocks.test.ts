import { describe, expect, it } from "vitest";
import { isByRange } from "#engine/artifact/by-range.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import {
  blockWithout,
  type Histories,
  historiesIn,
  historyBlockName,
  historyBlockOf,
  historyIn,
  historySections,
  historyShapeOf,
} from "#engine/data/history-blocks.ts";
import type { StoredHistory } from "#engine/data/history-record.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { EngineError } from "#engine/engine-error.ts";
import { createRandom, type Random } from "#engine/random.ts";

const LARGEST_ITEM = 4_000_000;

function randomRow(random: Random, itemCount: number): { indices: Uint32Array; weights: Float32Array } {
  const items = new Set(Array.from({ length: random.below(40) }, () => random.below(itemCount)));
  const weightOf = [() => 1, () => 1 + random.below(5), () => random.next() + 0.001][
    random.below(3)
  ] as () => number;
  const indices = Uint32Array.from(items).sort();
  return { indices, weights: Float32Array.from(indices, weightOf) };
}

function matrixOf(
  rows: readonly { indices: Uint32Array; weights: Float32Array }[],
  columnCount: number,
): CsrMatrix {
  const indptr = new Uint32Array(rows.length + 1);
  for (const [row, { indices }] of rows.entries()) indptr[row + 1] = (indptr[row] as number) + indices.length;
  return {
    ...{ rowCount: rows.length, columnCount, indptr },
    indices: Uint32Array.from(rows.flatMap(({ indices }) => [...indices])),
    values: Float32Array.from(rows.flatMap(({ weights }) => [...weights])),
  };
}

function randomHistories(random: Random, itemCount: number): Histories {
  const userCount = random.below(60);
  const users = new IdMapBuilder();
  for (let user = 0; user < userCount; user++) users.intern(`${["", "ü", "用户", "🙂 "][user % 4]}${user}`);
  const rows = () => Array.from({ length: userCount }, () => randomRow(random, itemCount));
  const disliked = random.below(2) ? { disliked: matrixOf(rows(), itemCount) } : {};
  return { users: users.finish(), userItems: matrixOf(rows(), itemCount), ...disliked };
}

const rowOf = ({ indptr, indices, values }: CsrMatrix, row: number) => ({
  indices: indices.slice(indptr[row], indptr[row + 1]),
  weights: values.slice(indptr[row], indptr[row + 1]),
});

function expected({ users, userItems, disliked }: Histories, userIndex: number): StoredHistory {
  const refused = disliked ? rowOf(disliked, userIndex).indices : new Uint32Array();
  return { userId: users.idAt(userIndex), userIndex, ...rowOf(userItems, userIndex), disliked: refused };
}

describe("histories in blocks", () => {
  it("give each user's history from one block, for random histories and sizes of blocks", () => {
    const random = createRandom(5);
    const seen: { got: unknown; wanted: unknown }[] = [];
    for (let n = 0; n < 30; n++) {
      const itemCount = [3, 300, LARGEST_ITEM][n % 3] as number;
      const histories = randomHistories(random, itemCount);
      const sections = historySections(histories, [1, 500, 1_000_000][random.below(3)]);
      const shape = historyShapeOf(sections);
      if (!shape) throw new Error("there is no shape");
      expect(shape.userCount).toBe(histories.users.size);
      expect(sections.filter(({ name }) => isByRange(name))).toHaveLength(shape.blockCount);
      const blockAt = (block: number) =>
        sections.find(({ name }) => name === historyBlockName(block))?.data as Uint8Array;
      for (let user = 0; user < histories.users.size; user++) {
        const wanted = expected(histories, user);
        const block = blockAt(historyBlockOf(shape, wanted.userId));
        seen.push({ got: historyIn(block, wanted.userId, itemCount), wanted });
        const rest = blockWithout(block, wanted.userId);
        const others = historiesIn(block, itemCount).filter(({ userId }) => userId !== wanted.userId);
        seen.push({ got: historiesIn(rest, itemCount), wanted: others });
        seen.push({ got: historyIn(rest, wanted.userId, itemCount), wanted: null });
      }
      seen.push({
        got: historyIn(blockAt(historyBlockOf(shape, "nobody")), "nobody", itemCount),
        wanted: null,
      });
    }
    expect(seen.map(({ got }) => got)).toEqual(seen.map(({ wanted }) => wanted));
    expect(seen.length).toBeGreaterThan(500);
  });

  it("takes about a third of the memory of matrices where items are many and weights are few", () => {
    const random = createRandom(6);
    const rows = Array.from({ length: 100 }, () => {
      const indices = Uint32Array.from(
        new Set(Array.from({ length: 100 }, () => random.below(40_000))),
      ).sort();
      return { indices, weights: Float32Array.from(indices, () => 1 + random.below(5)) };
    });
    const users = new IdMapBuilder();
    for (let user = 0; user < rows.length; user++) users.intern(`${user}`);
    const userItems = matrixOf(rows, 40_000);
    const blocks = historySections({ users: users.finish(), userItems }).filter(({ name }) =>
      isByRange(name),
    );
    const bytes = blocks.reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(bytes).toBeLessThan(0.42 * 8 * userItems.indices.length);
  });

  it("refuse damaged bytes with a clear error, whatever the damage is", () => {
    const random = createRandom(7);
    const histories = randomHistories(createRandom(8), 300);
    const block = historySections(histories, 1_000_000).find(({ name }) => isByRange(name))
      ?.data as Uint8Array;
    const codes = new Set<string>();
    for (let n = 0; n < 3_000; n++) {
      const damaged = block.slice(0, random.below(3) ? block.length : random.below(block.length));
      for (let hit = 0; hit < 1 + random.below(4); hit++)
        damaged[random.below(damaged.length)] = random.below(256);
      try {
        for (const { indices, weights, disliked } of historiesIn(damaged, 300)) {
          const isSound = indices.every(
            (item, at) => item < 300 && (at === 0 || item > (indices[at - 1] as number)),
          );
          expect(
            isSound && weights.every((weight) => weight > 0) && disliked.every((item) => item < 300),
          ).toBe(true);
        }
        codes.add("read");
      } catch (error) {
        codes.add(error instanceof EngineError ? error.code : String(error));
      }
    }
    expect([...codes].sort()).toEqual(["BAD_ARTIFACT", "read"]);
  });
});
