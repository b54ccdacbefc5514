import { describe, expect, it } from "vitest";
import { layoutOf } from "#engine/features/feature-layout.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { FeatureSpaceBuilder } from "#engine/features/space-builder.ts";
import type { FeatureColumn } from "../../../../shared/contract/feature-columns.ts";

const COLUMNS: readonly FeatureColumn[] = [
  { name: "about", type: "text" },
  { name: "loud", type: "flag" },
  { name: "mood", type: "tags", separator: "|" },
  { name: "new", type: "flag" },
  { name: "price", type: "number" },
  { name: "shelf", type: "category", separator: " > " },
];

const ROWS = Array.from({ length: 12 }, (_, at) => ({
  ...{ about: `the ${at % 3 ? "sea" : "sky"}`, loud: at % 2, mood: "calm|warm", new: 1 },
  ...{ price: at, shelf: at % 2 ? "Books > Crime" : "Books" },
}));

describe("the layout of features", () => {
  const builder = new FeatureSpaceBuilder(COLUMNS);
  for (const row of ROWS) builder.add(row);
  const space = builder.finish();
  const layout = layoutOf(space);

  it("covers all features once, by column, and flags together", () => {
    expect(layout.map(({ kind, column }) => [kind, column])).toEqual([
      ["tags", ""],
      ["text", "about"],
      ["tags", "mood"],
      ["number", "price"],
      ["category", "shelf"],
    ]);
    expect(layout.map(({ from }) => from)).toEqual([0, ...layout.slice(0, -1).map(({ to }) => to)]);
    expect(layout.at(-1)?.to).toBe(space.size);
  });

  it("names the keys of a feature, tells pairs of tags apart, and gives the weights of words", () => {
    const keysOf = (column: string) => layout.find((range) => range.column === column);
    const mood = keysOf("mood");
    expect([...(mood?.isPair ?? [])].map((pair, key) => [mood?.keys?.idAt(key), pair])).toEqual([
      ["calm", 0],
      ["calm\u001fwarm", 1],
      ["warm", 0],
    ]);
    const about = keysOf("about");
    const { indices, values } = encodeRow(space, { about: "the sea" });
    const words = [...indices].map((feature) => about?.keys?.idAt(feature - (about?.from ?? 0)));
    expect(words.sort()).toEqual(["sea", "the"]);
    // Both words occur once, so their values are as their weights.
    const [low = 0, high = 0] = [...values].sort();
    const idf = [...indices].map((feature) => about?.idf?.[feature - (about?.from ?? 0)] ?? 0).sort();
    expect(high / low).toBeCloseTo((idf[1] as number) / (idf[0] as number), 5);
    expect(keysOf("price")).toMatchObject({ keys: null, idf: null, isPair: null });
  });
});
