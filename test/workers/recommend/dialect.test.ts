import { describe, expect, it } from "vitest";
import { ownDialect } from "#recommend/dialect.ts";
import { recotemDialect } from "#recommend/recotem/recotem-dialect.ts";
import { parsePart } from "#recommend/validation.ts";

describe("a prediction for nobody", () => {
  it.each([
    ["says that liked items would do", ownDialect.predictRequest, "Give user_id, item_ids or both."],
    ["is refused in Recotem's words where these are wanted", recotemDialect.predictRequest, "Field required"],
  ])("%s", (_name, schema, msg) => {
    const problem = { type: "missing", loc: ["body", "user_id"], msg, input: {} };
    expect(() => parsePart(schema, {}, "body")).toThrow(expect.objectContaining({ detail: [problem] }));
  });

  it("is none with liked items alone", () => {
    expect(parsePart(ownDialect.predictRequest, { item_ids: ["9"] }, "body").item_ids).toEqual(["9"]);
  });
});
