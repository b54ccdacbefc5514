import { describe, expect, it } from "vitest";
import { lastIdFirst } from "../../../../shared/engine/rank/last-id-first.ts";
import { topKInto } from "../../../../shared/engine/rank/top-k.ts";

function ranked(items: readonly (readonly [id: string, score: number])[], k: number): string[] {
  const scores = Float32Array.from(items, ([, score]) => score);
  const best = new Uint32Array(k);
  const chosen = best.subarray(0, topKInto(scores, k, best));
  const idAt = (index: number) => items[index]?.[0] ?? "";
  lastIdFirst(scores, chosen, idAt);
  return [...chosen].map(idAt);
}

describe("lastIdFirst", () => {
  it("orders equal scores by id, the last first, and leaves the others", () => {
    const items = [
      ["b", 2],
      ["a", 5],
      ["c", 2],
      ["d", 1],
    ] as const;
    expect(ranked(items, 4)).toEqual(["a", "c", "b", "d"]);
  });

  it("gives a place at the end of the list to the tied item that sorts last, wherever it is", () => {
    const items = [
      ["m", 3],
      ["a", 1],
      ["z", 1],
      ["k", 1],
    ] as const;
    expect(ranked(items, 2)).toEqual(["m", "z"]);
    expect(ranked(items, 3)).toEqual(["m", "z", "k"]);
  });

  it("makes longer lists begin with shorter ones", () => {
    const items = Array.from({ length: 60 }, (_, index) => [`i${(index * 37) % 60}`, index % 4] as const);
    const whole = ranked(items, 60);
    for (const k of [1, 7, 15, 16, 31]) expect(ranked(items, k)).toEqual(whole.slice(0, k));
  });

  it("never lists an item that is left out", () => {
    const seen = Number.NEGATIVE_INFINITY;
    expect(
      ranked(
        [
          ["a", seen],
          ["b", 1],
          ["c", seen],
        ],
        3,
      ),
    ).toEqual(["b"]);
  });
});
