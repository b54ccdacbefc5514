import { describe, expect, it } from "vitest";
import { medianOfWide, unitOfWide } from "#engine/data/wide-weights.ts";

describe("wide weights", () => {
  // A hundred weights, the hundredth far above ten medians: the median is the 51st, the unit the second least.
  const counts = Float32Array.from({ length: 100 }, (_, at) => (at === 99 ? 5_000 : at + 1));
  const ratings = Float32Array.from({ length: 100 }, (_, at) => 1 + (at % 5));

  it("have a median and a unit", () => {
    expect([medianOfWide(counts), unitOfWide(counts)]).toEqual([51, 2]);
  });

  it("are not wide up to ten medians", () => {
    expect([medianOfWide(ratings), unitOfWide(ratings)]).toEqual([null, null]);
    expect(unitOfWide(new Float32Array())).toBeNull();
  });

  it("give the same answer when they are asked again", () => {
    const asked = () => [unitOfWide(counts), medianOfWide(counts), unitOfWide(ratings)];
    expect(asked()).toEqual(asked());
  });

  it("of two arrays are not mixed up", () => {
    const scaled = counts.map((weight) => 3 * weight);
    expect([medianOfWide(scaled), unitOfWide(scaled)]).toEqual([153, 6]);
  });
});
