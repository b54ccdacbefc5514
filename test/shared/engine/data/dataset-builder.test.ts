import { describe, expect, it } from "vitest";
import { checkCsr } from "../../../../shared/engine/data/check-csr.ts";
import { DatasetBuilder } from "../../../../shared/engine/data/dataset-builder.ts";
import { entriesOf, fixtureRandom } from "./files.ts";

const breathe = async () => {};

describe("DatasetBuilder", () => {
  it("merges repeats: sums their weights and keeps the newest time", async () => {
    const builder = new DatasetBuilder({ hasTimes: true });
    builder.add("u1", "b", 2, 30);
    builder.add("u1", "a", 1, 10);
    builder.add("u1", "b", 0.5, 20);
    builder.add("u2", "a", 1, Number.NaN);
    builder.add("u2", "a", 1, 5);
    const { dataset, duplicateCount } = await builder.finish(breathe);
    expect(entriesOf(dataset)).toEqual(["u1 a 1 10", "u1 b 2.5 30", "u2 a 2 5"]);
    expect(duplicateCount).toBe(2);
  });

  it("agrees with a map of pairs on random rows, across chunk and slice borders", async () => {
    const random = fixtureRandom(7);
    const builder = new DatasetBuilder({ hasTimes: true });
    const expected = new Map<string, { weight: number; time: number }>();
    for (let row = 0; row < 150_000; row++) {
      const user = `u${Math.floor(random() * 300)}`;
      const item = `i${Math.floor(random() ** 2 * 400)}`;
      const [weight, time] = [1 + Math.floor(random() * 4), Math.floor(random() * 1e6)];
      builder.add(user, item, weight, time);
      const known = expected.get(`${user} ${item}`) ?? { weight: 0, time: 0 };
      expected.set(`${user} ${item}`, { weight: known.weight + weight, time: Math.max(known.time, time) });
    }
    let breaths = 0;
    const { dataset, duplicateCount } = await builder.finish(async () => {
      breaths++;
    });
    checkCsr(dataset.userItems, "random");
    expect(new Set(entriesOf(dataset))).toEqual(
      new Set([...expected].map(([pair, { weight, time }]) => `${pair} ${weight} ${time}`)),
    );
    expect(duplicateCount).toBe(150_000 - expected.size);
    expect(breaths).toBeGreaterThan(6);
  });

  it("has no times without a time column", async () => {
    const builder = new DatasetBuilder({ hasTimes: false });
    builder.add("u", "i", 1, 99);
    expect((await builder.finish(breathe)).dataset.times).toBeNull();
  });

  it("keeps a sum of weights finite", async () => {
    const builder = new DatasetBuilder({ hasTimes: false });
    for (let row = 0; row < 4; row++) builder.add("u", "i", 3e38, 0);
    const { dataset } = await builder.finish(breathe);
    expect(() => checkCsr(dataset.userItems, "sums")).not.toThrow();
  });

  it("makes an empty dataset of no rows", async () => {
    const { dataset } = await new DatasetBuilder({ hasTimes: true }).finish(breathe);
    expect([dataset.users.size, dataset.items.size, dataset.userItems.indptr.length]).toEqual([0, 0, 1]);
  });

  it("refuses more rows than it was allowed", () => {
    const builder = new DatasetBuilder({ hasTimes: false, maxRows: 1 });
    builder.add("u", "i", 1, 0);
    expect(() => builder.add("u", "j", 1, 0)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});
