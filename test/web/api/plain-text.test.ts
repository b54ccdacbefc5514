import { describe, expect, it } from "vitest";
import { toApiError } from "../../../web/api/api-error.ts";
import { plainText } from "../../../web/api/plain-text.ts";

describe("plainText", () => {
  it.each([
    [
      "No TrainedModel matches the given query.",
      "Not found. It was deleted, or it belongs to another account.",
    ],
    [
      'Invalid pk "7" - object does not exist.',
      "Not found. It was deleted, or it belongs to another account.",
    ],
    ["Unable to log in with provided credentials.", "The username or the password is wrong."],
    ["Select a valid choice. XX is not one of the available choices.", "Choose one of the offered values."],
    ["Request was throttled. Expected available in 1 second.", "Too many requests. Try again in 1 second."],
    ["Ensure this field has no more than 256 characters.", "Use at most 256 characters."],
    ["Ensure this value is greater than or equal to 0.5.", "Enter a value of at least 0.5."],
  ])("says %j in other words", (text, plain) => expect(plainText(text)).toBe(plain));

  it("leaves a sentence of our own as it is", () => {
    const text = 'Column "1" holds the user already: choose another one.';
    expect(plainText(text)).toBe(text);
  });

  it("applies to every refusal", () => {
    expect(toApiError(404, { detail: "No Project matches the given query." }).message).toMatch(
      /^Not found\./,
    );
    expect(toApiError(400, { name: ["This field may not be blank."] })).toMatchObject({
      fields: { name: ["Enter a value."] },
      message: "name: Enter a value.",
    });
  });
});
