import { describe, expect, it } from "vitest";
import { firstLayout, hasShard, ProjectLayout, parentOf } from "#jobs/event-shard/event-layout.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";

const shards = Array.from({ length: EVENT_SHARDS }, (_, shard) => shard);

describe("the objects of a project", () => {
  it("are one at first, with all shards", () => {
    const layout = new ProjectLayout();
    expect(layout.objects()).toEqual([0]);
    expect(shards.map((shard) => layout.objectOf(shard))).toEqual(shards.map(() => 0));
  });

  it("grow apart from each other, and each shard has one object", () => {
    const layout = new ProjectLayout();
    layout.learn(0, { width: 4, first: 1 });
    layout.learn(1, { width: 8, first: 1 });
    expect(layout.objects().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 5]);
    expect(shards.map((shard) => layout.objectOf(shard))).toEqual([
      0, 1, 2, 3, 0, 5, 2, 3, 0, 1, 2, 3, 0, 5, 2, 3,
    ]);
    // What was at 0 came to 1 and then to 5.
    expect(layout.pathTo(13)).toEqual([0, 1, 5]);
  });

  it("come from the one that had their shards", () => {
    expect([0, 1, 2, 3, 5, 6, 13].map((object) => parentOf(object, 1))).toEqual([null, 0, 0, 1, 1, 2, 5]);
    expect([1, 2, 3, 5, 13].map((object) => firstLayout(object, 1).width)).toEqual([2, 4, 4, 8, 16]);
  });

  it("are 16 for a project that began with these", () => {
    const layout = new ProjectLayout();
    layout.learn(0, { width: 16, first: 16 });
    expect(layout.objects()).toEqual(shards);
    expect(shards.map((shard) => layout.pathTo(shard))).toEqual(shards.map((shard) => [shard]));
    expect(parentOf(5, 16)).toBeNull();
  });

  it("find any shard from any growth", () => {
    let seed = 7;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * n);
    };
    for (let round = 0; round < 200; round++) {
      const widths = new Map([[0, 1]]);
      for (let growth = 0; growth < random(15); growth++) {
        const [object, width] = [...widths][random(widths.size)] as [number, number];
        if (width === EVENT_SHARDS) continue;
        widths.set(object, 2 * width).set(object + width, 2 * width);
      }
      const layout = new ProjectLayout();
      for (const [object, width] of widths) layout.learn(object, { width, first: 1 });
      expect(layout.objects().sort((a, b) => a - b)).toEqual([...widths.keys()].sort((a, b) => a - b));
      for (const shard of shards) {
        const owners = [...widths].filter(([object, width]) => hasShard(object, width, shard));
        expect([layout.objectOf(shard)]).toEqual(owners.map(([object]) => object));
      }
    }
  });
});
