import { describe, expect, it } from "vitest";
import { itemFacts } from "../../../../web/features/models/item-titles.ts";

describe("itemFacts", () => {
  it("takes the title by its name, wherever it stands", () => {
    expect(itemFacts({ item_id: "7", genre: "Drama", title: "Rain", year: 1997 })).toEqual({
      title: "Rain",
      facts: ["Drama", "1997"],
    });
  });

  it("takes the first text where no column is called a title", () => {
    expect(itemFacts({ item_id: "7", year: 1997, genre: "Drama" })).toEqual({
      title: "Drama",
      facts: ["1997"],
    });
  });

  it("joins lists, shortens long texts and leaves out what is empty", () => {
    const { facts } = itemFacts({
      item_id: "7",
      name: "A",
      tags: ["x", "y"],
      empty: "",
      text: "w".repeat(90),
    });
    expect(facts).toEqual(["x, y", `${"w".repeat(59)}…`]);
  });

  it("divides values as the columns say, and leaves other texts as they are", () => {
    const row = { item_id: "7", title: "A|B", genres: "Crime| Drama|", note: "one|two" };
    expect(itemFacts(row, { genres: "|", note: null })).toEqual({
      title: "A|B",
      facts: ["Crime, Drama", "one|two"],
    });
  });

  it("gives nothing for an item without metadata", () => {
    expect(itemFacts(undefined)).toEqual({ title: null, facts: [] });
  });
});
