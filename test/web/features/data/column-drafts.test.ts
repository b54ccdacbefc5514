import { describe, expect, it } from "vitest";
import {
  correctionsOf,
  draftOf,
  hasSeparator,
  type ShownColumn,
} from "../../../../web/features/data/column-drafts.ts";

const column = (name: string, change: Partial<ShownColumn> = {}): ShownColumn => ({
  ...{ name, type: "tags", separator: "|", longitude: null, guessed_type: "tags", is_corrected: false },
  ...{
    is_missing: false,
    is_written: false,
    type_text: null,
    samples: [],
    filled: 1,
    distinct: 2,
    ...change,
  },
});

describe("the draft of a column", () => {
  it("begins as what is saved: the guess, or the correction", () => {
    expect(draftOf(column("genres"))).toEqual({ type: "guessed", separator: "|" });
    const corrected = column("year", { type: "category", separator: null, is_corrected: true });
    expect(draftOf(corrected)).toEqual({ type: "category", separator: "" });
  });

  it("has a separator only where values are divided", () => {
    expect((["category", "tags", "guessed", "number", "title"] as const).filter(hasSeparator)).toEqual([
      "category",
      "tags",
    ]);
  });
});

describe("corrections", () => {
  const columns = [column("genres"), column("year", { type: "number", guessed_type: "number" })];

  it("are sent for changed columns alone", () => {
    expect(correctionsOf(columns, {})).toEqual([]);
    expect(correctionsOf(columns, { genres: { type: "guessed", separator: "|" } })).toEqual([]);
    expect(correctionsOf(columns, { year: { type: "category", separator: "" } })).toEqual([
      { name: "year", type: "category" },
    ]);
  });

  it("have the separator of types that are divided, and of no others", () => {
    expect(
      correctionsOf(columns, {
        genres: { type: "tags", separator: "/" },
        year: { type: "date", separator: "/" },
      }),
    ).toEqual([
      { name: "genres", type: "tags", separator: "/" },
      { name: "year", type: "date" },
    ]);
  });

  it("are taken back by null", () => {
    const corrected = [column("year", { type: "category", is_corrected: true })];
    expect(correctionsOf(corrected, { year: { type: "guessed", separator: "" } })).toEqual([
      { name: "year", type: null },
    ]);
  });
});
