import { describe, expect, it } from "vitest";
import { makeTransferRate } from "../../../../web/features/data/transfer-rate.ts";

describe("makeTransferRate", () => {
  it("has no rate at first", () => {
    const rate = makeTransferRate();
    rate.add(0, 0);
    rate.add(900, 100);
    expect(rate.perSecond()).toBeNull();
  });

  it("measures over the last seconds only", () => {
    const rate = makeTransferRate();
    for (let second = 0; second <= 10; second += 1) rate.add(second * 100, second * 1_000);
    for (let second = 11; second <= 20; second += 1) rate.add(1_000 + (second - 10) * 500, second * 1_000);
    expect(rate.perSecond()).toBe(500);
  });

  it("begins again when a part starts over", () => {
    const rate = makeTransferRate();
    rate.add(0, 0);
    rate.add(5_000, 1_000);
    rate.add(2_000, 1_100);
    expect(rate.perSecond()).toBeNull();
    rate.add(3_000, 2_100);
    expect(rate.perSecond()).toBe(1_000);
  });
});
