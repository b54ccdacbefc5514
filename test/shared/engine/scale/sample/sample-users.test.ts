import { describe, expect, it } from "vitest";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { sampledUserCount, sampleUsers } from "#engine/scale/sample/sample-users.ts";
import { madeDataset } from "../made-dataset.ts";
import { randomCsr } from "../random-csr.ts";

const made = madeDataset({ users: 200, items: 300, density: 0.03 });
const times = Float64Array.from(made.userItems.indices, (_, at) => 1e12 + at);
const disliked = randomCsr({ rowCount: 200, columnCount: 300, density: 0.01, seed: 2 });
const whole: Dataset = { ...made, times, disliked };
const breathe = async () => undefined;

function sampled(wanted: number, seed: number, blockBytes = 2_000, of: Dataset = whole) {
  const data = blockedDatasetFrom(of, blockBytes);
  return sampleUsers({ data, users: of.users, items: of.items }, { wanted, seed, breathe });
}

function below(upper: CsrMatrix, lower: CsrMatrix): CsrMatrix {
  const rest = Array.from(lower.indptr.subarray(1), (end) => end + upper.indices.length);
  return {
    ...{ rowCount: upper.rowCount + lower.rowCount, columnCount: upper.columnCount },
    indptr: Uint32Array.from([...upper.indptr, ...rest]),
    indices: Uint32Array.from([...upper.indices, ...lower.indices]),
    values: Float32Array.from([...upper.values, ...lower.values]),
  };
}

/** What each user has: items with weights and times, and what they dislike, by ids. */
function rowsOf({ users, items, userItems, times: at, disliked: no }: Dataset) {
  return new Map(
    Array.from({ length: users.size }, (_, user) => {
      const [from = 0, to = 0] = [userItems.indptr[user], userItems.indptr[user + 1]];
      const liked = Array.from(userItems.indices.subarray(from, to), (item, place) => [
        ...[items.idAt(item), userItems.values[from + place], at?.[from + place]],
      ]);
      const refused = no ? Array.from(no.indices.subarray(no.indptr[user], no.indptr[user + 1])) : [];
      return [users.idAt(user), [liked, refused.map((item) => items.idAt(item))]] as const;
    }),
  );
}

describe("a sample of users", () => {
  it("has all that its users have, and no item that none of them has", async () => {
    const sample = await sampled(500, 1);
    const expected = sampledUserCount(200, made.userItems.indices.length, 500);
    expect(Math.abs(sample.users.size - expected)).toBeLessThan(8);
    expect(sample.userItems.indices.length).toBeGreaterThan(450);
    expect(sample.userItems.indices.length).toBeLessThanOrEqual(500);
    const all = rowsOf(whole);
    for (const [id, row] of rowsOf(sample)) expect(row).toEqual(all.get(id));
    const known = new Set([...sample.userItems.indices, ...(sample.disliked?.indices ?? [])]);
    expect(known.size).toBe(sample.items.size);
    expect(sample.items.size).toBeLessThan(300);
  });

  it("is the same for the same seed, whatever the blocks, and another for another one", async () => {
    const one = await sampled(500, 1);
    expect(await sampled(500, 1, 1e6)).toEqual(one);
    expect([...rowsOf(await sampled(500, 2)).keys()]).not.toEqual([...rowsOf(one).keys()]);
  });

  it("is no larger where a few users have most of the data, and two users at least", async () => {
    const heavy = madeDataset({ users: 3, items: 300, density: 0.9 });
    const light = madeDataset({ users: 197, items: 300, density: 0.01 });
    const data = { ...made, userItems: below(heavy.userItems, light.userItems) };
    for (const seed of [1, 2, 3, 4]) {
      const { userItems } = await sampled(500, seed, 2_000, data);
      const first = userItems.rowCount === 2;
      if (!first) expect(userItems.indices.length).toBeLessThanOrEqual(500);
      expect(userItems.rowCount).toBeGreaterThanOrEqual(2);
    }
  });

  it("is everybody where that is no more", async () => {
    expect((await sampled(1e6, 1)).users.size).toBe(200);
  });
});
