import { describe, expect, it } from "vitest";
import { rowWindow } from "../../../web/components/row-window.ts";

const view = (scrolledPx: number) => ({ rowPx: 38, scrolledPx, heightPx: 480 });

describe("rowWindow", () => {
  it("draws short lists whole", () => {
    expect(rowWindow(100, view(2_000))).toEqual({ from: 0, to: 100 });
    expect(rowWindow(0, view(0))).toEqual({ from: 0, to: 0 });
  });

  it.each([101, 1_000, 10_000])("draws a bounded number of %i rows, with all that are in sight", (count) => {
    for (let scrolledPx = 0; scrolledPx <= count * 38 - 480; scrolledPx += 97) {
      const { from, to } = rowWindow(count, view(scrolledPx));
      expect(to - from).toBeLessThanOrEqual(40);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from * 38).toBeLessThanOrEqual(scrolledPx);
      expect(to * 38).toBeGreaterThanOrEqual(Math.min(count * 38, scrolledPx + 480));
      expect(to).toBeLessThanOrEqual(count);
    }
  });

  it("draws rows when the list became shorter than the scroll position", () => {
    const { from, to } = rowWindow(150, view(300_000));
    expect(to).toBe(150);
    expect(to - from).toBeGreaterThan(13);
  });
});
