import { describe, expect, it } from "vitest";
import { describeError, isApiError, toApiError } from "../../../web/api/api-error.ts";

describe("toApiError", () => {
  it("keeps texts by their field", () => {
    const error = toApiError(400, { name: ["This name is taken."], code: "invalid" });
    expect(error.kind).toBe("invalid");
    expect(error.fields).toEqual({ name: ["This name is taken."] });
    expect(error.message).toBe("This name is taken.");
  });

  it("names the field of a text that would be lost without it", () => {
    expect(toApiError(400, { cutoff: ["A valid integer is required."] }).message).toBe(
      "cutoff: Enter a whole number.",
    );
  });

  it.each([
    [{ detail: "Not found." }, "Not found."],
    [{ detail: ["file deleted."] }, "file deleted."],
    [{ non_field_errors: ["Unable to log in."] }, "Unable to log in."],
    [{ detail: [{ loc: ["body", "cutoff"], msg: "Input should be less" }] }, "Input should be less"],
  ])("reads the text of %j", (body, message) => {
    expect(toApiError(400, body)).toMatchObject({ message, fields: {} });
  });

  it.each([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "notFound"],
    [422, "invalid"],
    [429, "rateLimited"],
    [502, "server"],
  ])("tells the kind of a %i", (status, kind) => {
    const error = toApiError(status, null);
    expect(error.kind).toBe(kind);
    expect(error.message).not.toBe("");
  });
});

describe("describeError", () => {
  it("never shows the text of an error in the page itself", () => {
    expect(describeError(new TypeError("x is undefined"))).not.toContain("undefined");
  });
});

describe("isApiError", () => {
  it("is false for anything but an answer of the API", () => {
    expect(isApiError(new Error("no"), "network")).toBe(false);
    expect(isApiError(toApiError(404, null), "notFound")).toBe(true);
  });
});
