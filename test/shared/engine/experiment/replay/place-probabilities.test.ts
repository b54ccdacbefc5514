import { describe, expect, it } from "vitest";
import {
  draftProbabilities,
  type ListBranch,
  placeProbabilities,
} from "#engine/experiment/replay/place-probabilities.ts";
import { teamDraft } from "#engine/experiment/team-draft.ts";
import { createRandom } from "#engine/random.ts";

const shown = (...items: string[]) => ({
  items: items.map((itemId) => ({ itemId })),
  offset: 0,
  explorationRate: 0,
});

describe("the probability of an item in its place", () => {
  it("is the sum of the shares of slots that show it there", () => {
    const branches: ListBranch[] = [
      { share: 0.5, items: ["a", "b", "c"] },
      { share: 0.3, items: ["a", "c", "b"] },
      { share: 0.2, items: ["d", "b"] },
    ];
    const found = placeProbabilities(shown("a", "b", "c"), branches);
    expect(found[0]).toBeCloseTo(0.8, 12);
    expect(found[1]).toBeCloseTo(0.7, 12);
    expect(found[2]).toBe(0.5);
  });

  it("is 1 where only one slot could answer, also on the second page", () => {
    const page = { ...shown("c", "d"), offset: 2 };
    expect(placeProbabilities(page, [{ share: 1, items: ["a", "b", "c", "d"] }])).toEqual([1, 1]);
  });

  it("is not known of an item that no branch shows there", () => {
    expect(placeProbabilities(shown("x"), [{ share: 1, items: ["a"] }])).toEqual([null]);
  });

  it("is how often coins put an item there", () => {
    const [a, b] = [
      ["1", "2", "3", "4", "5"],
      ["3", "1", "6", "2", "7"],
    ];
    const random = createRandom(7);
    const [runs, length] = [40_000, 6];
    const counts = Array.from({ length }, () => new Map<string, number>());
    for (let run = 0; run < runs; run++) {
      for (const [place, { itemId }] of teamDraft(a, b, length, random).entries()) {
        counts[place]?.set(itemId, (counts[place]?.get(itemId) ?? 0) + 1 / runs);
      }
    }
    const found = draftProbabilities(a, b, length);
    const off = counts.flatMap((ofPlace, place) =>
      [...ofPlace].map(([itemId, share]) => Math.abs(share - (found[place]?.get(itemId) ?? 0))),
    );
    expect(Math.max(...off)).toBeLessThan(0.015);
    for (const ofPlace of found) expect([...ofPlace.values()].reduce((x, y) => x + y, 0)).toBeCloseTo(1, 12);
  });

  it("is how often exploration leaves or puts an item there", () => {
    const [ranking, fresh, rate] = [["a", "b", "c", "d", "e", "f"], ["x", "y", "z", "w"], 0.3];
    const random = createRandom(3);
    const runs = 60_000;
    const counts = new Map<string, { share: number; probability: number }>();
    for (let run = 0; run < runs; run++) {
      let [best, next] = [0, 0];
      const items = Array.from({ length: 4 }, () => {
        const isExplored = random.next() < rate;
        return { itemId: (isExplored ? fresh[next++] : ranking[best++]) as string, isExplored };
      });
      const branch = { share: 1, items: ranking, explores: true };
      const found = placeProbabilities({ items, offset: 0, explorationRate: rate }, [branch]);
      for (const [place, { itemId }] of items.entries()) {
        const known = counts.get(`${itemId} ${place}`) ?? { share: 0, probability: found[place] ?? 0 };
        counts.set(`${itemId} ${place}`, { ...known, share: known.share + 1 / runs });
      }
    }
    const off = [...counts.values()].map(({ share, probability }) => Math.abs(share - probability));
    expect(Math.max(...off)).toBeLessThan(0.01);
  });

  it("is the one of not exploring where several slots could explore", () => {
    const branches = [
      { share: 0.5, items: ["a", "b"], explores: true },
      { share: 0.5, items: ["a", "c"], explores: true },
    ];
    const list = {
      items: [{ itemId: "x", isExplored: true }, { itemId: "a" }],
      offset: 0,
      explorationRate: 0.1,
    };
    const [explored, second] = placeProbabilities(list, branches);
    expect(explored).toBeNull();
    expect(second).toBeCloseTo(0.1 * 0.9, 12);
  });

  it("costs little for two long lists that disagree everywhere", () => {
    const a = Array.from({ length: 50 }, (_, at) => `${at}`);
    expect(draftProbabilities(a, [...a].reverse(), 50).length).toBeGreaterThan(20);
    expect(
      draftProbabilities(
        a,
        a.map((id) => `o${id}`),
        50,
      ),
    ).toHaveLength(50);
  });
});
