import { describe, expect, it } from "vitest";
import { en } from "#web/words/en/index.ts";
import { ja } from "#web/words/ja/index.ts";

describe("counted things", () => {
  it("have a plural in English, and none in Japanese", () => {
    expect(en.count.rows(1)).toBe("1 row");
    expect(en.count.rows(1_200)).toBe("1,200 rows");
    expect(ja.count.rows(1)).toBe("1 行");
    expect(ja.count.rows(1_200)).toBe("1,200 行");
  });
});
