import { describe, expect, it } from "vitest";
import { checkProject, type ProjectValues } from "../../../../web/features/projects/check-project.ts";
import { toReadingValues } from "../../../../web/features/projects/reading-values.ts";

const VALUES: ProjectValues = {
  ...{ name: "shop", user_column: "user", item_column: "item", time_column: "", allowed_origins: "" },
  ...toReadingValues({}),
};
const check = (changes: Partial<ProjectValues>) => checkProject({ ...VALUES, ...changes });
const problemFields = (changes: Partial<ProjectValues>) => {
  const checked = check(changes);
  return "problems" in checked ? Object.keys(checked.problems) : [];
};

describe("checkProject", () => {
  it("sends every setting, so that saving one loses none of the others", () => {
    const changes = {
      ...{ time_column: " at ", allowed_origins: "https://shop.example\n  https://www.shop.example" },
      ...toReadingValues({ header: "no", separator: "tab", missing_words: "keep" }),
      ...{ session_column: " visit ", session_gap_minutes: "45" },
    };
    expect(check(changes)).toEqual({
      request: {
        name: "shop",
        user_column: "user",
        item_column: "item",
        time_column: "at",
        allowed_origins: ["https://shop.example", "https://www.shop.example"],
        header: "no",
        separator: "\t",
        missing_words: "keep",
        session_column: "visit",
        session_gap_minutes: 45,
      },
    });
  });

  it.each<[string, Partial<ProjectValues>, string]>([
    ["no name", { name: " " }, "name"],
    ["no user column", { user_column: "" }, "user_column"],
    ["one column for two things", { item_column: "user" }, "item_column"],
    ["the time in the item's column", { time_column: "item" }, "time_column"],
    ["an address that is no origin", { allowed_origins: "https://shop.example/page" }, "allowed_origins"],
    ["letters as a separator", { separator: "other", other_separator: "ab" }, "other_separator"],
    ["a pause that is no number", { session_gap_minutes: "soon" }, "session_gap_minutes"],
    ["no separator where another was announced", { separator: "other" }, "other_separator"],
  ])("names the field of %s", (_, changes, field) => expect(problemFields(changes)).toEqual([field]));
});

describe("toReadingValues", () => {
  it.each([
    [null, "auto", ""],
    ["comma", ",", ""],
    ["::", "::", ""],
    ["  ", " ", ""],
    ["~~", "other", "~~"],
  ])("shows the separator %j as %j", (separator, shown, other) => {
    expect(toReadingValues({ separator })).toMatchObject({ separator: shown, other_separator: other });
  });
});
