import { describe, expect, it } from "vitest";
import { TitleIndex } from "../../../../shared/engine/data/title-index.ts";

const TITLES = ["Heat", "Up", null, "Heat", "", "heat", "Amélie"];

describe("TitleIndex", () => {
  const index = TitleIndex.build(TITLES);

  it.each([
    ["Heat", [0, 3]],
    ["heat", [5]],
    ["Amélie", [6]],
    ["Ame\u0301lie", []],
    ["Hea", []],
    ["", []],
    ["no such title", []],
  ])("finds the rows of exactly %j", (title, rows) => {
    expect([...index.rowsOf(title)]).toEqual(rows);
  });

  it("finds each row of many titles as a search of all of them does", () => {
    const titles = Array.from({ length: 3000 }, (_, at) => `film ${(at * 7919) % 1111}`);
    const many = TitleIndex.build(titles);
    const wrong = [...new Set(titles)].filter((title) => {
      const expected = titles.flatMap((one, row) => (one === title ? [row] : []));
      return expected.join() !== many.rowsOf(title).join();
    });
    expect(wrong).toEqual([]);
  });

  it("answers the same once stored, and refuses damaged sections", () => {
    const sections = index.sections("t");
    expect([...TitleIndex.restore(sections, "t", TITLES.length).rowsOf("Heat")]).toEqual([0, 3]);
    expect(() => TitleIndex.restore(sections, "t", 3)).toThrow(
      expect.objectContaining({ code: "BAD_ARTIFACT" }),
    );
    for (const at of sections.keys()) {
      expect(() => TitleIndex.restore(sections.toSpliced(at, 1), "t", TITLES.length)).toThrow(
        expect.objectContaining({ code: "BAD_ARTIFACT" }),
      );
    }
  });
});
