import { describe, expect, it } from "vitest";
import { BadEnvironment } from "#platform/bad-environment.ts";
import { parsePart } from "#recommend/http/validation.ts";
import { dialectOf, recotemDialect } from "#recommend/recotem/recotem-dialect.ts";
import { ownDialect } from "#recommend/serving/dialect.ts";

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

describe("the dialect of a deployment", () => {
  it.each([
    ["true", recotemDialect],
    ["1", recotemDialect],
    ["false", ownDialect],
    ["", ownDialect],
    [undefined, ownDialect],
  ])("with EDGEWISE_EXACT_RECOTEM=%s is the one that it asks for", (text, dialect) => {
    expect(dialectOf(text)).toBe(dialect);
  });

  it("is refused for any other text, as in the management API", () => {
    expect(() => dialectOf("ture")).toThrow(BadEnvironment);
    expect(() => dialectOf("ture")).toThrow("EDGEWISE_EXACT_RECOTEM");
  });
});
