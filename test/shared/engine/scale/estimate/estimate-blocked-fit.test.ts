import { describe, expect, it } from "vitest";
import { estimateBlockedFit, expectedShape } from "#engine/scale/estimate/estimate-blocked-fit.ts";
import { BLOCKED_ALGORITHMS } from "#engine/scale/models/blocked-fits.ts";
import { loadOf } from "#engine/scale/plan/stage-load.ts";

const SIZES = { users: 138_000, items: 27_000, interactions: 20_000_000, hasTimes: false };

describe("the estimate of a fit by blocks", () => {
  it("cuts data of some sizes into blocks that have all rows and entries", () => {
    const { userItems, itemUsers } = expectedShape(SIZES);
    for (const { rowCount, interactionCount, blocks } of [userItems, itemUsers]) {
      expect(blocks).toHaveLength(20);
      let [row, entries] = [0, 0];
      for (const block of blocks) {
        expect(block.firstRow).toBe(row);
        expect(block.bytes).toBeLessThanOrEqual(8 * 2 ** 20);
        row += block.rowCount;
        entries += block.interactionCount;
      }
      expect([row, entries]).toEqual([rowCount, interactionCount]);
    }
  });

  it.each(BLOCKED_ALGORITHMS.filter((name) => name !== "Blend"))("of %s has a price and a time", (name) => {
    const found = estimateBlockedFit(name, { ...SIZES, hasTimes: true }, {});
    expect(found).toMatchObject({ reason: null });
    if (found.reason !== null) return;
    expect(found.messages).toBeGreaterThan(20);
    expect(found.dollars).toBeGreaterThan(0);
    expect(found.dollars).toBeLessThan(0.05);
    expect(found.minutes).toBeLessThan(10);
  });

  it("adds the stages that follow", () => {
    const load = loadOf(3, { reads: 5, writes: 7, readBytes: 0, writtenBytes: 0, computeMs: 1_000 });
    const alone = estimateBlockedFit("TopPop", SIZES, {});
    const followed = estimateBlockedFit("TopPop", SIZES, {}, () => [{ name: "store", taskCount: 3, load }]);
    if (alone.reason !== null || followed.reason !== null) throw new Error("It is refused.");
    expect(followed.messages - alone.messages).toBe(3);
    expect(followed.reads - alone.reads).toBe(5);
    expect(followed.writes - alone.writes).toBe(7);
    expect(followed.minutes).toBeGreaterThan(alone.minutes);
  });

  it("refuses with the reason, and the setting that would make it fit", () => {
    const many = { ...SIZES, items: 400_000 };
    expect(estimateBlockedFit("DegreeKNN", many, { top_k: 100 })).toEqual({
      reason: "400000 items with 100 neighbours each are too many for one model: top_k 15 fits.",
    });
    expect(estimateBlockedFit("IALS", many, { n_components: 64 })).toEqual({
      reason:
        "400000 items with 64 components are more than 262144, which one model holds: fewer n_components allow more items.",
    });
    expect(estimateBlockedFit("DenseSLIM", SIZES, {}).reason).toMatch(
      /^DenseSLIM needs all data in one isolate, because .*; past that, use/,
    );
  });
});
