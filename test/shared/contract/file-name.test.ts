import { describe, expect, it } from "vitest";
import { checkFileName, formatOfName, splitFileName } from "../../../shared/contract/file-name.ts";

describe("checkFileName", () => {
  it.each([
    "u.data",
    "ratings.dat",
    "export.txt",
    "RATINGS.CSV",
    "data.csv.GZ",
    "ratings.2024.01.15.csv",
    "orders.v2.csv",
    "plain",
  ])("accepts %s", (name) => expect(checkFileName(name)).toBeNull());

  it.each([
    ["ml.csv.zip", "Only .gzip or .gz compression are supported."],
    ["ML.XLSX", expect.stringMatching(/^\.XLSX file not supported\. Supported is any text of rows/)],
    ["holiday.png", expect.stringMatching(/^\.png file not supported\. Supported is any text of rows/)],
  ])("refuses %s, which is no text", (name, text) => expect(checkFileName(name)).toEqual(text));

  it("names only suffixes that it accepts, and says that others are accepted", () => {
    const named = [...(checkFileName("a.png") ?? "").matchAll(/ \(?(\.[a-z]+)\b/g)].map(
      ([, suffix]) => suffix,
    );
    expect(named).toEqual(expect.arrayContaining([".csv", ".tsv", ".txt", ".data", ".dat", ".log", ".json"]));
    for (const suffix of named) expect(checkFileName(`a${suffix}`)).toBeNull();
  });
});

describe("splitFileName", () => {
  it.each([
    ["ratings.2024.01.15.csv", "ratings.2024.01.15", ".csv"],
    ["a.csv.GZ", "a", ".csv.GZ"],
    ["a.gz", "a", ".gz"],
    ["plain", "plain", ""],
  ])("cuts %s", (name, stem, suffix) => expect(splitFileName(name)).toEqual({ stem, suffix }));
});

describe("formatOfName", () => {
  it.each([
    ["a.csv", "csv", ".csv", false],
    ["A.CSV.GZ", "csv", ".CSV", true],
    ["a.2024.01.tsv", "tsv", ".tsv", false],
    ["a.json.gz", "json", ".json", true],
    ["a.gz", null, "", true],
    ["a", null, "", false],
    ["a.xlsx", null, ".xlsx", false],
  ])("reads %s", (name, format, suffix, gzip) => {
    expect(formatOfName(name)).toEqual({ format, suffix, gzip });
  });
});
