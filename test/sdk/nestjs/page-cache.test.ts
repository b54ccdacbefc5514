import { expect, it } from "vitest";
import { PageCache } from "#nestjs/page-cache.ts";

it("drops the pages that were used longest ago", () => {
  const cache = new PageCache<number>({ freshMs: 10, staleMs: 20, maxPages: 2 }, () => 0);
  cache.put("a", 1);
  cache.put("b", 2);
  cache.fresh("a");
  cache.put("c", 3);
  expect([cache.fresh("a"), cache.fresh("b"), cache.fresh("c"), cache.size]).toEqual([1, null, 3, 2]);
});

it("knows fresh pages, and old ones for longer", () => {
  let now = 0;
  const cache = new PageCache<number>({ freshMs: 10, staleMs: 20, maxPages: 2 }, () => now);
  cache.put("a", 1);
  now = 10;
  expect([cache.fresh("a"), cache.stale("a")]).toEqual([null, 1]);
  now = 20;
  expect(cache.stale("a")).toBeNull();
});

it("keeps nothing without room", () => {
  const cache = new PageCache<number>({ freshMs: 10, staleMs: 20, maxPages: 0 }, () => 0);
  cache.put("a", 1);
  expect(cache.size).toBe(0);
});
