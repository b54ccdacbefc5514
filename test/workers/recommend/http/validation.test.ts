import { describe, expect, it } from "vitest";
import { predictRequest } from "#contract/inference.ts";
import { ServingError } from "#recommend/http/errors.ts";
import { parsePart } from "#recommend/http/validation.ts";

function refusalOf(body: string): ServingError {
  try {
    parsePart(predictRequest, JSON.parse(body), "body");
  } catch (error) {
    if (error instanceof ServingError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

const DEEP = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;

describe("a body of serving", () => {
  it.each([
    ["nests deeper than a stack", `{"user_id":${DEEP}}`, "user_id"],
    ["nests beside what is missing", `{"x":${DEEP}}`, "user_id"],
    [
      "has members in place of methods",
      '{"user_id":{"toString":1,"valueOf":1,"toLocaleString":1}}',
      "user_id",
    ],
    ["has such members in a long list", `{"item_ids":[${'{"toString":1},'.repeat(1001)}1]}`, "item_ids"],
    ["has such members in place of a number", '{"user_id":"ann","cutoff":{"toString":1}}', "cutoff"],
    ["has such a list in place of a number", '{"user_id":"ann","cutoff":[{"toString":1}]}', "cutoff"],
  ])("that %s is refused with an answer that can be written", (_, body, field) => {
    const { status, detail } = refusalOf(body);
    expect(status).toBe(422);
    expect(JSON.parse(JSON.stringify(detail))[0].loc.slice(0, 2)).toEqual(["body", field]);
  });

  it("is shown where it was wrong, if it is short", () => {
    expect(refusalOf('{"user_id":"ann","cutoff":"0"}').detail).toMatchObject([
      { type: "greater_than_equal", loc: ["body", "cutoff"], input: "0", ctx: { ge: 1 } },
    ]);
  });
});
