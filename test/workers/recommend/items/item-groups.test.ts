import { describe, expect, it } from "vitest";
import { buildCatalogue } from "#engine/catalogue/catalogue.ts";
import { groupedBy } from "#recommend/items/item-groups.ts";

const DIVERSE = { offset: 0, limit: 10, diversity: { share: 0.5, groupOf: null } };

/** The groups of three items by their properties. */
async function groups(properties: readonly Record<string, unknown>[]): Promise<unknown> {
  const { catalogue } = buildCatalogue(properties.map((own, at) => ({ itemId: `i${at}`, properties: own })));
  const { diversity } = await groupedBy(DIVERSE, async () => catalogue);
  return diversity?.groupOf && ["i0", "i1", "i2", "unknown"].map(diversity.groupOf);
}

describe("groups of items for diversity", () => {
  it("are by the first column of paths, else by the texts of `category`", async () => {
    const paths = [{ kind: "x", shelf: "Books > Crime" }, { shelf: "Books > Love" }, { kind: "x" }];
    expect(await groups(paths)).toEqual(["Books > Crime", "Books > Love", null, null]);
    expect(await groups([{ category: "a" }, { category: "b" }, { category: "a" }])).toEqual([
      "a",
      "b",
      "a",
      null,
    ]);
  });

  it("are none without such a column, and nothing is read without diversity", async () => {
    expect(await groups([{ brand: "a" }, { brand: "b" }, { category: 5 }])).toBeNull();
    const plain = { offset: 0, limit: 10 };
    const read = () => Promise.reject(new Error("read"));
    expect(await groupedBy(plain, read)).toBe(plain);
    const least = { ...DIVERSE, diversity: { share: 0, groupOf: null } };
    expect(await groupedBy(least, read)).toBe(least);
  });
});
