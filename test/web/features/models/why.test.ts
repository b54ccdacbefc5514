import { describe, expect, it } from "vitest";
import { reasonsText, sharedText } from "../../../../web/features/models/why.ts";

const titleOf = (id: string) => `Film ${id}`;

describe("the reasons of an item", () => {
  it("name the user's items by their titles, with shares", () => {
    const reasons = [
      { item_id: "1", contribution: 3, share: 0.75 },
      { item_id: "2", contribution: 1, share: 0.25 },
    ];
    expect(reasonsText(reasons, titleOf)).toBe("Because of Film 1 (75%), Film 2 (25%)");
  });

  it("name properties by column and value", () => {
    const reason = { of: "item" as const, column: "genres", value: "Comedy", contribution: 1, share: 1 };
    expect(reasonsText([reason], titleOf)).toBe("Because of genres: Comedy (100%)");
  });

  it("are no line where there are none", () => {
    expect(reasonsText([], titleOf)).toBeNull();
  });
});

describe("what two items have in common", () => {
  it("is each value of a column that both have, divided as the table says", () => {
    const a = { item_id: "1", title: "Heat", genres: "Crime|Drama", cast: "Ann, Bo", year: 1995 };
    const b = { item_id: "2", title: "Casino", genres: "Drama|Crime", cast: "Bo, Cy", year: 1995 };
    expect(sharedText(a, b, { cast: "," })).toBe("In common: Crime, Drama, Bo, 1995");
  });

  it("reads lists, and never ids", () => {
    expect(sharedText({ item_id: "1", tags: ["x", "y"] }, { item_id: "1", tags: ["y"] })).toBe(
      "In common: y",
    );
  });

  it("is nothing without a row or a value of both", () => {
    expect(sharedText(undefined, { item_id: "2" })).toBeNull();
    expect(sharedText({ item_id: "1", a: "x", b: null }, { item_id: "2", a: "z", b: null })).toBeNull();
  });
});
