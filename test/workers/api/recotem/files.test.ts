import { describe, expect, it } from "vitest";
import { objection, withStoredName } from "#api/recotem/files.ts";
import { type IngestionReport, ingestionReport } from "#contract/ingestion.ts";

const readable: IngestionReport = ingestionReport.parse({
  rows: 2,
  accepted_rows: 2,
  rejected_rows: 0,
  rejected: [],
  users: 1,
  items: 2,
  interactions: 2,
  duplicates: 0,
  density: 1,
  first_at: null,
  last_at: null,
  popularity: { curve: [], top_items: [] },
  interactions_per_user: { min: 2, median: 2, mean: 2, max: 2 },
  format: { name: "csv", gzip: false, delimiter: ",", header: true },
  columns: { user: "who", item: "what", time: null, weight: null },
  warnings: [],
});

const json = { name: "json", gzip: false, delimiter: null, header: null } as const;

describe("objection", () => {
  it.each([
    ["a.csv", {}],
    ["a.tsv", { format: { ...readable.format, name: "tsv", delimiter: "\t" } as const }],
    ["a.csv.gz", { format: { ...readable.format, gzip: true } }],
    ["a.json", { format: json }],
    ["a.jsonl", { format: { ...json, name: "ndjson" } as const }],
    ["a.csv", { rejected: [{ line: 3, reason: "has no user id (empty)" }], rejected_rows: 1 }],
  ])("accepts %s %j", (basename, differs) => {
    expect(objection({ basename, report: { ...readable, ...differs } })).toBeNull();
  });

  const failed = "Failed to parse a.csv as .csv file.";
  it.each([
    ["bytes that are gzip", { format: { ...readable.format, gzip: true } }, failed],
    [
      "a row with too many cells",
      { rejected: [{ line: 3, reason: "has 4 cells instead of 2" }], rejected_rows: 1 },
      failed,
    ],
    [
      "semicolons",
      { format: { ...readable.format, delimiter: ";" } },
      'Column "who" not found in the upload file.',
    ],
    [
      "semicolons, and misses the time first",
      {
        format: { ...readable.format, delimiter: ";" },
        columns: { ...readable.columns, time: "when" },
      },
      'Column "when" not found in the upload file.',
    ],
  ])("refuses %s", (_, differs, text) => {
    expect(objection({ basename: "a.csv", report: { ...readable, ...differs } })).toBe(text);
  });

  it("says nothing of a file that was not read yet", () => {
    expect(objection({ basename: "a.csv", report: null })).toBeNull();
  });
});

describe("withStoredName", () => {
  it("puts seven letters behind the stem, and leaves other sentences alone", () => {
    const text = withStoredName("Failed to parse my.data.csv.gz as .csv file.", "0123456789");
    expect(text).toBe("Failed to parse my_0123456.data.csv.gz as .csv file.");
    expect(withStoredName("The submitted file is empty.", "0123456789")).toBe("The submitted file is empty.");
  });
});
