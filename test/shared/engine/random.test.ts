import { describe, expect, it } from "vitest";
import { createRandom, randomAt, shuffleInPlace } from "../../../shared/engine/random.ts";

describe("createRandom", () => {
  it("gives the same numbers for the same seed, and others for another", () => {
    const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("keeps next() in [0, 1) with mean 1/2 and variance 1/12", () => {
    const { next } = createRandom(0);
    const draws = Array.from({ length: 100_000 }, next);
    expect(draws.every((value) => value >= 0 && value < 1)).toBe(true);
    // Standard errors: 0.0009 of the mean, 0.0002 of the variance.
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.004);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
  });

  it("draws every number below n about equally often", () => {
    const random = createRandom(1);
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw++) {
      const value = random.below(7);
      counts[value] = (counts[value] as number) + 1;
    }
    // Standard deviation of each count: √(70,000 · 1/7 · 6/7) ≈ 93.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(450);
  });

  it("fills an array with what single draws give, also where draws are dropped", () => {
    for (const n of [1, 7, 943, 2 ** 31 + 1, 2 ** 32]) {
      const [one, many] = [createRandom(n), createRandom(n)];
      const filled = new Uint32Array(500);
      many.fillBelow(n, filled);
      expect([...filled]).toEqual(Array.from({ length: 500 }, () => one.below(n)));
      expect(many.next()).toBe(one.next());
    }
  });

  it("draws normals with mean 0, variance 1 and the right tails", () => {
    const random = createRandom(2);
    const draws = Array.from({ length: 100_000 }, () => random.normal());
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + value * value, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    // P(|x| > 2) = 0.0455
    const tail = draws.filter((value) => Math.abs(value) > 2).length / draws.length;
    expect(Math.abs(tail - 0.0455)).toBeLessThan(0.003);
  });
});

describe("skipNormals", () => {
  it.each([0, 1, 2, 3, 10, 11])(
    "goes on as if %i normals had been drawn, after an even and an odd number",
    (count) => {
      for (const before of [0, 1]) {
        const [skipping, drawing] = [createRandom(9), createRandom(9)];
        for (const random of [skipping, drawing]) for (let at = 0; at < before; at++) random.normal();
        skipping.skipNormals(count);
        for (let at = 0; at < count; at++) drawing.normal();
        const next = (random: { normal(): number }) => [random.normal(), random.normal(), random.normal()];
        expect(next(skipping)).toEqual(next(drawing));
      }
    },
  );
});

describe("shuffleInPlace", () => {
  it("keeps the elements and reaches every order about equally often", () => {
    const random = createRandom(3);
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const array = ["a", "b", "c"];
      shuffleInPlace(array, random);
      counts.set(array.join(""), (counts.get(array.join("")) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Standard deviation of each count: √(6000 · 1/6 · 5/6) ≈ 29.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe("randomAt", () => {
  it.each([0, 1, 63, 64, 65, 200])("goes on where a generator stood after %i draws", (count) => {
    const random = createRandom(5);
    for (let draw = 0; draw < count; draw++) random.below(2 ** 32);
    const position = random.position();
    const expected = Array.from({ length: 150 }, () => random.next());
    const resumed = randomAt(position);
    expect(Array.from({ length: 150 }, () => resumed.next())).toEqual(expected);
    expect(Array.from({ length: 150 }, randomAt(position).next)).toEqual(expected);
  });

  it("refuses what is no position, and has none between two normals", () => {
    expect(() => randomAt(new Uint32Array(3))).toThrow(RangeError);
    const random = createRandom(1);
    random.normal();
    expect(() => random.position()).toThrow(RangeError);
  });
});
