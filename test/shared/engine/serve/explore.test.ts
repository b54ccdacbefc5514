import { describe, expect, it } from "vitest";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { EXPLORED_IMPRESSIONS, type Exploration, explorerOf } from "#engine/serve/explore.ts";

const IDS = new IdMapBuilder();
for (let item = 0; item < 20; item++) IDS.intern(`i${item}`);
/** Items 16 to 19 are new, the newest first. */
const servable = { items: IDS.finish(), newFrom: 16 };
const RANKING = Uint32Array.from({ length: 8 }, (_, item) => item);
const any = () => true;
const equal = () => 0;

function exploration(positions: readonly number[], more: Partial<Exploration> = {}): Exploration {
  return {
    rate: 0.1,
    draw: (position) => (positions.includes(position) ? 0 : 0.5),
    shownOf: () => ({ impressions: 0, taken: 0 }),
    ...more,
  };
}

describe("exploring new items", () => {
  it("gives them the positions that are drawn, and leaves the others in their order", () => {
    const { order, explored, propensities } =
      explorerOf(servable, exploration([1, 4]), any, equal)?.into(RANKING) ?? {};
    expect([...(order ?? [])]).toEqual([0, 16, 1, 2, 17, 3, 4, 5]);
    expect([...(explored ?? [])]).toEqual([16, 17]);
    expect([propensities?.get(16), propensities?.get(0), propensities?.get(5)]).toEqual([0.1, 0.9, 0.9]);
  });

  it("begins a longer list as the shorter one", () => {
    const explorer = explorerOf(servable, exploration([0, 3, 6]), any, equal);
    const whole = [...(explorer?.into(RANKING).order ?? [])];
    for (let length = 1; length < 8; length++) {
      expect([...(explorer?.into(RANKING.subarray(0, length)).order ?? [])]).toEqual(whole.slice(0, length));
    }
  });

  it("moves an item that has a place of its own, and never shows one twice", () => {
    const ranking = Uint32Array.of(0, 1, 16, 2, 17, 3);
    const { order } = explorerOf(servable, exploration([0, 5]), any, equal)?.into(ranking) ?? {};
    expect([...(order ?? [])]).toEqual([16, 0, 1, 2, 17, 18]);
  });

  it("ends with the candidates: what is left has no choice", () => {
    const all = explorerOf(servable, exploration([0, 1, 2, 3, 4, 5]), any, equal)?.into(RANKING);
    expect([...(all?.order ?? [])]).toEqual([16, 17, 18, 19, 0, 1, 2, 3]);
    expect([all?.propensities.get(19), all?.propensities.get(0)]).toEqual([0.1, 1]);
  });

  it("takes the largest upper confidence bound, then the best score, then the newest", () => {
    // UCB1 with N = 300: 16 has 20/100 + √(2 ln 300 / 100) = 0.538, 17 has 0/50 + √(2 ln 300 / 50) = 0.478,
    // 18 has 60/150 + √(2 ln 300 / 150) = 0.676. 19 has no impression.
    const shown = new Map([
      [16, { impressions: 100, taken: 20 }],
      [17, { impressions: 50, taken: 0 }],
      [18, { impressions: 150, taken: 60 }],
    ]);
    const shownOf = (item: number) => shown.get(item) ?? { impressions: 0, taken: 0 };
    const first = explorerOf(servable, exploration([0, 1, 2, 3], { shownOf }), any, equal)?.into(RANKING);
    expect([...(first?.order ?? [])].slice(0, 4)).toEqual([19, 18, 16, 17]);
    const scores = Float32Array.from({ length: 20 }, (_, item) => (item === 18 ? 2 : item === 19 ? 1 : 0));
    const fit = explorerOf(servable, exploration([0, 1, 2, 3]), any, (item) => scores[item] ?? 0)?.into(
      RANKING,
    );
    expect([...(fit?.order ?? [])].slice(0, 4)).toEqual([18, 19, 16, 17]);
  });

  it.each<[string, number, Partial<Exploration>, (item: number) => boolean]>([
    ["without a new item", 20, {}, any],
    ["with a rate of 0", 16, { rate: 0 }, any],
    ["where no new item may be shown", 16, {}, (item) => item < 16],
    [
      "where all have many impressions",
      16,
      { shownOf: () => ({ impressions: EXPLORED_IMPRESSIONS, taken: 0 }) },
      any,
    ],
  ])("is nothing %s", (_name, newFrom, more, mayShow) => {
    expect(explorerOf({ ...servable, newFrom }, exploration([0], more), mayShow, equal)).toBeNull();
  });

  it("is nothing for a model alone", () => {
    expect(explorerOf({ items: servable.items }, exploration([0]), any, equal)).toBeNull();
  });
});
