import { describe, expect, it } from "vitest";
import { DistinctTexts } from "#engine/features/distinct-texts.ts";

const textsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) => `t${first + at}`);

function of(texts: readonly string[], mark?: (text: string) => number) {
  const distinct = new DistinctTexts();
  for (const text of texts) distinct.add(text, mark?.(text));
  return distinct;
}

describe("DistinctTexts", () => {
  it.each([0, 1, 33, 1000, 16_384])("counts %i texts exactly, however often they come", (count) => {
    const texts = textsFrom(0, count);
    expect(of([...texts, ...texts, ...texts.slice(0, 5)]).count).toBe(count);
  });

  it("says which texts are new", () => {
    const distinct = new DistinctTexts();
    expect(["a", "b", "a", "", ""].map((text) => distinct.add(text))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it.each([20_000, 100_000, 1_000_000])("counts %i texts exactly while none repeats", (count) => {
    expect(of(textsFrom(0, count)).count).toBe(count);
  });

  it.each([20_000, 100_000, 500_000])("estimates %i texts that repeat within 5 %", (count) => {
    const texts = textsFrom(7, count);
    const { count: found } = of([...texts, ...texts]);
    expect(Math.abs(found / count - 1)).toBeLessThan(0.05);
  });

  it("depends on the texts and not on their order", () => {
    const texts = [...textsFrom(0, 60_000), ...textsFrom(0, 30_000)];
    expect(of([...texts].reverse()).count).toBe(of(texts).count);
  });

  it.each([
    [100, 50, 200],
    [30_000, 10_000, 200],
    [200, 100, 40_000],
    [60_000, 20_000, 90_000],
  ])("counts the union of %i texts, without those that are marked, with others", (count, overlap, others) => {
    const own = textsFrom(0, count);
    const marked = (text: string) => (Number(text.slice(1)) % 10 === 0 ? 2 : 1);
    const rest = textsFrom(count - overlap, others);
    const union = new Set([...own.filter((text) => marked(text) !== 2), ...rest]).size;
    const found = of([...own, ...own], marked).countWith(of([...rest, ...rest]), 2);
    const isExact = Math.max(count, others) <= 16_384;
    expect(Math.abs(found / union - 1)).toBeLessThan(isExact ? 1e-12 : 0.05);
  });
});
