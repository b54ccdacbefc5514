import { describe, expect, it } from "vitest";
import { namesOfKey } from "#storage/artifact-names.ts";
import { datasetKey, erasedKey, modelKey } from "#storage/keys.ts";

describe("namesOfKey", () => {
  it("knows every place where artifacts are written", () => {
    expect(namesOfKey(datasetKey(1, 2))).toEqual({ project_id: 1, data_id: 2 });
    expect(namesOfKey(modelKey(1, 3))).toEqual({ project_id: 1, model_id: 3 });
    // As an erasure writes them: the item, the attempt's letters, and the number of the claim.
    expect(namesOfKey(`${erasedKey(1, "2-1d8b2246ef81")}-1.edgewise`)).toEqual({ project_id: 1 });
    expect(namesOfKey("projects/1/erased/5.edgewise")).toEqual({ project_id: 1 });
  });

  it.each([
    "projects/1/erased/../2.edgewise",
    "projects/1/erased/x-1.edgewise",
    "projects/x/models/3.edgewise",
  ])("refuses %s as a place", (key) => expect(namesOfKey(key)).toBeNull());
});
