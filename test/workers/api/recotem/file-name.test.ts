import { describe, expect, it } from "vitest";
import { checkName } from "#api/recotem/file-name.ts";

const UNSUPPORTED =
  "file not supported. Supported file formats are .csv/.tsv/.json/.ndjson/.jsonl with gzip compression (.gz/.gzip).";

describe("checkName", () => {
  it.each(["a.csv", "a.tsv.gz", "a.json.gzip", "a.ndjson", "a b.jsonl", "dir.d/a.csv", ".hidden.csv"])(
    "accepts %s",
    (name) => expect(checkName(name)).toBeNull(),
  );

  it.each([
    ["ml", "Suffix like .csv or .json.gzip required."],
    [".csv", "Suffix like .csv or .json.gzip required."],
    ["ml.", "Suffix like .csv or .json.gzip required."],
    ["a.b.csv.gz", "Suffix .gz not supported."],
    ["a.b.csv", "Only .gzip or .gz compression are supported."],
    ["ml.csv.zip", "Only .gzip or .gz compression are supported."],
    ["ML.CSV", `.CSV ${UNSUPPORTED}`],
    ["ml.parquet", `.parquet ${UNSUPPORTED}`],
    ["ml.txt.gz", `.txt ${UNSUPPORTED}`],
    ["ml.gz", `.gz ${UNSUPPORTED}`],
  ])("refuses %s", (name, text) => expect(checkName(name)).toBe(text));
});
