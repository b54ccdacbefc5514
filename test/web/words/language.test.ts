import { describe, expect, it } from "vitest";
import { pickLanguage } from "#web/words/language.ts";

describe("the language of a visitor", () => {
  it("is the one chosen on this device", () => {
    expect(pickLanguage("ja", ["en-US"])).toBe("ja");
    expect(pickLanguage("en", ["ja"])).toBe("en");
  });

  it("is the first of the browser's that we have", () => {
    expect(pickLanguage(null, ["fr-CA", "ja-JP", "en"])).toBe("ja");
    expect(pickLanguage(null, ["en-GB", "ja"])).toBe("en");
  });

  it("is English without one, and for a stored name that means nothing", () => {
    expect(pickLanguage(null, [])).toBe("en");
    expect(pickLanguage(null, ["fr"])).toBe("en");
    expect(pickLanguage("xx", ["fr"])).toBe("en");
  });
});
