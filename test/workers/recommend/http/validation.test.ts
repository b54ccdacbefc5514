import { describe, expect, it } from "vitest";
import { eventRequest } from "#contract/event.ts";
import { predictRequest } from "#contract/inference.ts";
import { recommendRequest } from "#contract/recommend.ts";
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

const EVENT = { type: "rating", user_id: "ann", item_id: "a" };

describe("a field for numbers", () => {
  it.each([
    ["value", eventRequest, { ...EVENT, value: "3.5" }, "float_parsing"],
    ["value", eventRequest, { ...EVENT, value: true }, "float_type"],
    ["weight", recommendRequest, { items: [{ item_id: "a", weight: "x" }] }, "float_parsing"],
    ["diversity", recommendRequest, { diversity: {} }, "float_type"],
    ["limit", recommendRequest, { limit: "x" }, "int_parsing"],
    ["limit", recommendRequest, { limit: 2.5 }, "int_type"],
    ["limit", recommendRequest, { limit: [] }, "int_type"],
  ])("%s is refused as what it takes: a whole number, or one with fractions", (field, schema, body, type) => {
    const kind = type.startsWith("int") ? "a valid integer" : "a valid number";
    let refused: unknown;
    try {
      parsePart(schema, body, "body");
    } catch (error) {
      refused = error instanceof ServingError ? error.detail : error;
    }
    expect(refused).toMatchObject([{ type, msg: expect.stringContaining(kind) }]);
    expect((refused as { loc: unknown[] }[])[0]?.loc.at(-1)).toBe(field);
  });
});

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
