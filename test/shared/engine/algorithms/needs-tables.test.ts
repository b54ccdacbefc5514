import { describe, expect, it } from "vitest";
import { NO_TABLES, withTables } from "#engine/algorithms/needs-tables.ts";

const ITEMS = { ...NO_TABLES, items: true };

describe("withTables", () => {
  it("leaves out what needs a table or vectors that the data lack", () => {
    const named = ["Content", "Embedding", "FeatureIALS", "IALS"] as const;
    expect(withTables(named, NO_TABLES)).toEqual(["IALS"]);
    expect(withTables(named, ITEMS)).toEqual(["Content", "FeatureIALS", "IALS"]);
    expect(withTables(named, { ...NO_TABLES, users: true })).toEqual(["FeatureIALS", "IALS"]);
    expect(withTables(named, { ...ITEMS, vectors: true })).toEqual(named);
  });

  it("keeps all where none has its table", () =>
    expect(withTables(["Content", "Embedding"], NO_TABLES)).toEqual(["Content", "Embedding"]));
});
