import { expect, it } from "vitest";
import {
  checkDraft,
  draftOf,
  knownParams,
  settingsLine,
} from "#web/features/configurations/configuration-draft.ts";

const row = {
  id: 3,
  tuning_job: null,
  name: "wide",
  project: 1,
  recommender_class_name: "IALSRecommender",
  parameters_json: { n_components: 64, alpha0: 0.25 },
  ins_datetime: "2026-01-01T00:00:00Z",
};

it("gives a stored configuration back as it was", () => {
  const draft = draftOf(row);
  expect([draft.name, draft.algorithm]).toEqual(["wide", "IALS"]);
  expect(checkDraft(draft)).toEqual({ settings: row.parameters_json });
});

it("keeps the class name of an algorithm that it does not know", () => {
  expect(draftOf({ ...row, recommender_class_name: "OtherRecommender" }).algorithm).toBe("OtherRecommender");
});

it("refuses a blank name and settings that are no object, and takes blank settings as the defaults", () => {
  const problemsOf = (name: string, settings: string) => {
    const checked = checkDraft({ name, algorithm: "TopPop", settings });
    return "problems" in checked ? Object.keys(checked.problems) : [];
  };
  expect(problemsOf(" ", "{}")).toEqual(["name"]);
  expect(["[1]", "3", "{", "null"].map((text) => problemsOf("a", text))).toEqual(
    Array.from({ length: 4 }, () => ["parameters_json"]),
  );
  expect(checkDraft({ name: "a", algorithm: "TopPop", settings: " " })).toEqual({ settings: {} });
});

it("shows settings in a line, and the defaults of an algorithm", () => {
  expect(settingsLine({ n_components: 64, nested: { a: 1 } })).toBe('n_components 64, nested {"a":1}');
  expect(new Map(knownParams("P3alpha")).get("top_k")).toBe("100");
  expect(knownParams("unknown")).toEqual([]);
});
