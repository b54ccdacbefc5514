import { describe, expect, it } from "vitest";
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

function sampled(wanted: number, seed: number, blockBytes = 2_000) {
  const data = blockedDatasetFrom(whole, blockBytes);
  return sampleUsers({ data, users: whole.users, items: whole.items }, { wanted, seed, breathe });
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
    expect(sample.users.size).toBe(sampledUserCount(200, made.userItems.indices.length, 500));
    expect(sample.userItems.indices.length).toBeGreaterThan(350);
    expect(sample.userItems.indices.length).toBeLessThan(650);
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

  it("is everybody where that is no more", async () => {
    expect((await sampled(1e6, 1)).users.size).toBe(200);
  });
});
