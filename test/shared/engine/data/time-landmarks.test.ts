import { describe, expect, it } from "vitest";
import { timeLandmarks } from "#engine/data/time-landmarks.ts";
import { createRandom } from "#engine/random.ts";

const DAY_MS = 86_400_000;
const START = Date.UTC(2023, 10, 14);
const steady = (count: number) => Array.from({ length: count }, (_, at) => START + at * 3_600_000);
const landmarks = (times: readonly number[]) => timeLandmarks(Float64Array.from(times));

describe("timeLandmarks", () => {
  it.each([1, 2, 4, 5, 19, 20, 37, 1000])("refers to the newest of %i steady times", (count) => {
    const times = steady(count);
    expect(landmarks(times)).toEqual({ reference: times.at(-1), latest: times.at(-1), lateCount: 0 });
  });

  it.each([
    ["one of 6", 5, 1],
    ["one of 38", 37, 1],
    ["two of 60", 58, 2],
    ["forty of 1,000", 960, 40],
  ])("does not follow %s that lies in 2099", (_, count, wrong) => {
    const times = steady(count);
    const found = landmarks([...times, ...Array(wrong).fill(Date.UTC(2099, 0, 1))]);
    expect(found?.lateCount).toBe(wrong);
    const spanMs = count * 3_600_000;
    expect(Math.abs((found?.reference ?? 0) - (times.at(-1) as number))).toBeLessThan(spanMs);
  });

  it("keeps the newest time of data that come faster and faster", () => {
    const times = Array.from({ length: 500 }, (_, at) => START + Math.sqrt(at) * DAY_MS);
    expect(landmarks(times)?.reference).toBe(times.at(-1));
  });

  it("stays at the moment of nearly all rows", () => {
    expect(landmarks([...Array(50).fill(START), Date.UTC(2099, 0, 1)])?.reference).toBe(START);
  });

  it("goes by the values, not by their order, and passes over unknown times", () => {
    const random = createRandom(7);
    const times = [...steady(300), Date.UTC(2099, 0, 1)];
    const shuffled = [...times, Number.NaN]
      .map((time) => ({ time, at: random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ time }) => time);
    expect(landmarks(shuffled)).toEqual(landmarks(times));
  });

  it("gives nothing without a time", () => {
    expect(landmarks([])).toBeNull();
    expect(landmarks([Number.NaN])).toBeNull();
  });
});
