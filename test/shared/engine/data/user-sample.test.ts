import { describe, expect, it } from "vitest";
import { DistinctCount, UserSample } from "#engine/data/user-sample.ts";

const rowsOf = (users: number, each: number) =>
  Array.from({ length: users * each }, (_, n) => [`u${n % users}`, `i${n % 97}`] as const);

async function sampled(rows: readonly (readonly [string, string])[], maxRows: number) {
  const sample = new UserSample({ hasTimes: false }, maxRows);
  for (const [user, item] of rows) sample.add(user, item, 1, Number.NaN);
  const { share, builder } = sample;
  return { share, dataset: (await builder.finish(async () => undefined)).dataset };
}

describe("the sample of users", () => {
  it("is all of them where they fit", async () => {
    const { share, dataset } = await sampled(rowsOf(50, 4), 200);
    expect([share, dataset.users.size, dataset.userItems.indices.length]).toEqual([1, 50, 200]);
  });

  it("is a share of them, each with all rows, and the same users in every order", async () => {
    const rows = rowsOf(2_000, 10);
    const { share, dataset } = await sampled(rows, 6_000);
    const { indptr } = dataset.userItems;
    const lengths = new Set(
      dataset.users.size === 0 ? [] : [...indptr.slice(1)].map((end, at) => end - (indptr[at] as number)),
    );
    expect([...lengths]).toEqual([10]);
    expect(share).toBe(0.25);
    // Three standard deviations of the number of users in a quarter: 3 × √(2000 × ¼ × ¾) = 58.
    expect(Math.abs(dataset.users.size - 500)).toBeLessThan(58);
    const again = await sampled([...rows].reverse(), 6_000);
    expect(again.share).toBe(0.25);
    expect(Array.from(again.dataset.userItems.indices)).toEqual(Array.from(dataset.userItems.indices));
  });
});

describe("the count of different texts", () => {
  it("is exact for few, and within 2 % for many", () => {
    const [few, many] = [new DistinctCount(), new DistinctCount()];
    for (let n = 0; n < 60_000; n++) few.add(`item ${n % 30_000}`);
    for (let n = 0; n < 300_000; n++) many.add(`${n}`);
    expect(few.count).toBe(30_000);
    expect(Math.abs(many.count / 300_000 - 1)).toBeLessThan(0.02);
  });
});
