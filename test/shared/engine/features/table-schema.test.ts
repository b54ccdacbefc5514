import { describe, expect, it } from "vitest";
import type { ColumnType } from "../../../../shared/contract/column-schema.ts";
import {
  chosenColumns,
  columnsInUse,
  NO_SCHEMA,
  schemaAfterChoices,
  schemaAfterFile,
} from "../../../../shared/engine/features/table-schema.ts";

const file = (types: Readonly<Record<string, ColumnType["type"]>>) =>
  Object.entries(types).map(([name, type]) => ({ name, guess: { type } }));
const inUse = (schema: typeof NO_SCHEMA) => columnsInUse(schema).map(({ name, type }) => `${name} ${type}`);

describe("the columns of a table", () => {
  const first = schemaAfterFile(NO_SCHEMA, file({ year: "number", tags: "tags" }));

  it("are as the file suggests, until somebody chooses", () => {
    expect(inUse(first)).toEqual(["year number", "tags tags"]);
    const chosen = schemaAfterChoices(first, [{ name: "year", choice: { type: "category" } }]);
    expect(inUse(chosen)).toEqual(["year category", "tags tags"]);
    expect(inUse(schemaAfterChoices(chosen, [{ name: "year", choice: null }]))).toEqual(inUse(first));
  });

  it("keep what was chosen after a later file, which adds its own and loses others", () => {
    const chosen = schemaAfterChoices(first, [{ name: "year", choice: { type: "category" } }]);
    const later = schemaAfterFile(chosen, file({ price: "number", year: "date" }));
    expect(inUse(later)).toEqual(["price number", "year category"]);
    expect(later.columns.filter(({ is_missing }) => is_missing).map(({ name }) => name)).toEqual(["tags"]);
    // The column comes back as it was.
    expect(inUse(schemaAfterFile(later, file({ tags: "tags" })))).toEqual(["tags tags"]);
  });

  it("ignore all others, except those that are used: as text where the guess says nothing", () => {
    const early = schemaAfterChoices(
      NO_SCHEMA,
      [
        { name: "code", choice: "used" },
        { name: "tags", choice: "used" },
      ],
      "ignored",
    );
    expect(inUse(early)).toEqual([]);
    const read = schemaAfterFile(early, file({ code: "ignored", tags: "tags", year: "number" }));
    expect(inUse(read)).toEqual(["code text", "tags tags", "year ignored"]);
    expect(chosenColumns(read)).toEqual([]);
  });

  it("forget a choice for a column that no file has once it is taken back", () => {
    const early = schemaAfterChoices(NO_SCHEMA, [{ name: "x", choice: { type: "tags" } }]);
    expect(early.columns).toHaveLength(1);
    expect(schemaAfterChoices(early, [{ name: "x", choice: null }])).toEqual(NO_SCHEMA);
  });
});
