import { describe, expect, it } from "vitest";
import { parseJson } from "#api/middleware/parse-json.ts";

const parse = (text: string) => parseJson(new TextEncoder().encode(text));

describe("parseJson", () => {
  it.each([
    ["{bad", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"],
    ["{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"],
    ['{"a": NaN}', "Out of range float values are not JSON compliant: 'NaN'"],
    ["x", "Expecting value: line 1 column 1 (char 0)"],
  ])("says of %s what is wrong", (text, problem) => {
    expect(() => parse(text)).toThrow(`JSON parse error - ${problem}`);
  });

  it("takes text in any alphabet and refuses bytes that are no UTF-8", () => {
    expect(parse('{"a":"아이유"}')).toEqual({ a: "아이유" });
    expect(() => parseJson(new Uint8Array([0x22, 0xe9, 0x22]))).toThrow("UTF-8");
  });
});
