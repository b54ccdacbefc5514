import { describe, expect, it } from "vitest";
import { type Mix, mixedList } from "../../../../shared/engine/serve/mixed-list.ts";

const first: Mix = { type: "content_first" };
const shared = (contentShare: number): Mix => ({ type: "interleaved", contentShare });

describe("mixedList", () => {
  it.each([
    ["the first list, then the second", "abc", "xay", 9, first, "abcxy"],
    ["the first list alone where it is long enough", "abc", "xay", 2, first, "ab"],
    ["the second where the first is empty", "", "xy", 9, first, "xy"],
    ["turns, the first list first", "abcd", "wxyz", 9, shared(0.5), "awbxcydz"],
    ["turns without repeats", "abcd", "xay", 9, shared(0.5), "axbycd"],
    ["three places of four", "abcdef", "wxyz", 8, shared(0.75), "abwcdexf"],
    ["the second list before all of the first", "abc", "xy", 9, shared(0), "xyabc"],
    ["the first list before all of the second", "abc", "xy", 9, shared(1), "abcxy"],
    ["what is left of the longer list", "a", "vwxyz", 9, shared(0.5), "avwxyz"],
    ["nothing", "abc", "xy", 0, shared(0.5), ""],
  ])("gives %s", (_, content, personal, limit, mix, expected) => {
    expect(mixedList([...content], [...personal], limit, mix).join("")).toBe(expected);
  });

  it("gives each list its share of the first places, within one", () => {
    const [content, personal] = ["c", "p"].map((letter) =>
      Array.from({ length: 50 }, (_, at) => `${letter}${at}`),
    ) as [string[], string[]];
    for (const share of [0.1, 0.25, 0.5, 0.6, 0.9]) {
      const list = mixedList(content, personal, 40, shared(share));
      const off = list.map((_, at) => {
        const own = list.slice(0, at + 1).filter((item) => item.startsWith("c")).length;
        return Math.abs(own - share * (at + 1));
      });
      expect(Math.max(...off)).toBeLessThanOrEqual(0.5 + 1e-9);
    }
  });
});
