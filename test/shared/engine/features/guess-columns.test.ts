import { describe, expect, it } from "vitest";
import { ColumnGuess } from "../../../../shared/engine/features/guess-columns.ts";

function guess(values: readonly unknown[]) {
  const guesser = new ColumnGuess();
  for (const value of values) guesser.add({ column: value });
  const [column] = guesser.finish();
  return column && (column.separator ? `${column.type} by "${column.separator}"` : column.type);
}

const many = (values: readonly unknown[], times = 10) => Array.from({ length: times }, () => values).flat();
const distinct = (text: (at: number) => string) => Array.from({ length: 40 }, (_, at) => text(at));

describe("the type of a column", () => {
  it.each([
    ["numbers", [1, 2.5, "3", "-4.25"], "number"],
    ["codes, which only look like numbers", ["5E5", "7E2", "1E9"], "ignored"],
    ["versions", ["1.10", "1.2", "1.3"], "ignored"],
    ["numbers with leading zeros", ["007", "12", "100"], "ignored"],
    ["numbers but for one of many", [...distinct(String), "5E5"], "ignored"],
    ["codes that recur", many(["5E5", "007"]), "category"],
    ["dates", ["1995-01-01", "2001-12-31"], "date"],
    ["dates with names of months", ["01-Jan-1995", "14-Feb-1997", ""], "date"],
    ["dates but for one", many(["1995-01-01", "unknown"]), "category"],
    ["0 and 1", [0, 1, 1, "0"], "flag"],
    ["true and false", ["True", "False", true], "flag"],
    ["lists", [["a"], ["b", "c"], []], "tags"],
    ["lists as text of JSON", ['["a","b"]', "[]"], "tags"],
    ["lists beside texts", [["a"], "b"], "ignored"],
    ["objects", [{ a: 1 }], "ignored"],
    ["tags", many(["Comedy|Drama", "Drama", "Action|Comedy"]), 'tags by "|"'],
    ["tags by commas", many(["rock, pop", "pop, jazz", "jazz"]), 'tags by ","'],
    ["titles with commas", distinct((at) => `Story ${at}, The`), "title"],
    ["paths", many(["Books > Crime", "Books > Poems", "Music"]), 'category by " > "'],
    ["values that recur", many(["red", "blue"]), "category"],
    ["names", distinct((at) => `Person ${String.fromCharCode(65 + (at % 26))}${at} Smith`), "title"],
    ["addresses", distinct((at) => `https://x.example/${at}`), "ignored"],
    ["prose", distinct((at) => `${at} `.padEnd(200, "word ")), "text"],
    ["nothing", ["", null, undefined], "ignored"],
  ])("is guessed from %s", (_, values, expected) => {
    expect(guess(values)).toBe(expected);
    expect(guess(values.toReversed())).toBe(expected);
  });
});
