import { describe, expect, it } from "vitest";
import { type SearchRequest, searchRows, UnusableSearch } from "#services/airec/registry-search.ts";

const ROWS = [
  { name: "project-2-recommender", at: 20 },
  { name: "project-10-recommender", at: 10 },
  { name: "project_1.recommender", at: 30 },
];
const FIELDS = { name: (row: (typeof ROWS)[0]) => row.name, at: (row: (typeof ROWS)[0]) => row.at };
const ALL: SearchRequest = { filter: "", orderBy: [], limit: 10, pageToken: "" };

const places = (request: Partial<SearchRequest>) =>
  searchRows(ROWS, FIELDS, { ...ALL, ...request }).rows.map((row) => ROWS.indexOf(row));

describe("searchRows", () => {
  it.each([
    ["", [0, 1, 2]],
    ["  ", [0, 1, 2]],
    ["name='project-2-recommender'", [0]],
    ['name = "project-2-recommender"', [0]],
    ["`name` != 'project-2-recommender'", [1, 2]],
    ["name LIKE 'project-%'", [0, 1]],
    ["name like 'project_1_recommender'", [2]],
    ["name LIKE 'PROJECT%'", []],
    ["name ILIKE 'PROJECT%' AND at = 10", [1]],
    ["name ILIKE 'PROJECT%' and name != 'project-10-recommender' AND at != 30", [0]],
    ["name = 'x'' OR 1=1'", null],
    ["name = 'project-2-recommender' OR at = 10", null],
    ["name = 'project-2-recommender' AND", null],
    ["name", null],
    ["password = 'x'", null],
    ["constructor = 'x'", null],
    ["tags.team = 'films'", []],
    ["tags.`mlflow.prompt.is_prompt` = 'false'", [0, 1, 2]],
    ["tag.`mlflow.prompt.is_prompt` != 'true'", [0, 1, 2]],
    ["tag.`mlflow.prompt.is_prompt` = 'true'", []],
    ["attributes.name = 'project-2-recommender'", [0]],
  ])("finds by the filter %s", (filter, found) => {
    if (found === null) expect(() => places({ filter })).toThrow(UnusableSearch);
    else expect(places({ filter })).toEqual(found);
  });

  it.each([
    [["at"], [1, 0, 2]],
    [["at DESC"], [2, 0, 1]],
    [
      ["name ASC", "at DESC"],
      [1, 0, 2],
    ],
    [["nope"], null],
    [["at; drop table"], null],
  ])("orders by %j", (orderBy, found) => {
    if (found === null) expect(() => places({ orderBy })).toThrow(UnusableSearch);
    else expect(places({ orderBy })).toEqual(found);
  });

  it("gives pages that together are all rows, each once", () => {
    const first = searchRows(ROWS, FIELDS, { ...ALL, limit: 2 });
    const second = searchRows(ROWS, FIELDS, { ...ALL, limit: 2, pageToken: first.nextPageToken });
    expect([...first.rows, ...second.rows]).toEqual(ROWS);
    expect(second.nextPageToken).toBe("");
    expect(() => places({ pageToken: "-1" })).toThrow(UnusableSearch);
  });
});
