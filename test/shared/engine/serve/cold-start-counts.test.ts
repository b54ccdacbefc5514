import { expect, it } from "vitest";
import { coldStartSettings } from "#contract/cold-start.ts";
import { buildCatalogue } from "#engine/catalogue/catalogue.ts";
import { coldStartCounts } from "#engine/serve/cold-start-counts.ts";

const settings = coldStartSettings.parse({});

function countsOf(items: readonly Readonly<Record<string, unknown>>[], hidden: readonly number[] = []) {
  const { catalogue } = buildCatalogue(
    items.map((properties, at) => ({ itemId: `p${at}`, properties, isHidden: hidden.includes(at) })),
  );
  return coldStartCounts(catalogue, settings);
}

const ITEMS = [
  { communityId: "red", tags: ["live"], view_count: 3 },
  { communityId: "red", tags: ["dance", "live"], view_count: 0 },
  { communityId: "blue", tags: [], like_count: 1 },
  { communityId: "green", tags: ["tour"] },
  { tags: ["tour"], comment_count: 2 },
];

it("counts items, communities with a tag, and items with engagement", () => {
  expect(countsOf(ITEMS)).toEqual({ items: 5, communitiesWithTags: 2, itemsWithEngagement: 3 });
});

it("leaves hidden items out", () => {
  expect(countsOf(ITEMS, [3, 4])).toEqual({ items: 3, communitiesWithTags: 1, itemsWithEngagement: 2 });
});

it("reads communities that are numbers, and lists of them", () => {
  const numbers = [1, 1, 2].map((communityId) => ({ communityId, tags: ["live"] }));
  expect(countsOf(numbers).communitiesWithTags).toBe(2);
  const lists = [["a", "b"], ["b"], ["c"]].map((communityId) => ({ communityId, tags: ["live"] }));
  expect(countsOf(lists).communitiesWithTags).toBe(3);
});

it("counts nothing without columns", () => {
  expect(countsOf([{}])).toEqual({ items: 1, communitiesWithTags: 0, itemsWithEngagement: 0 });
  expect(countsOf([])).toEqual({ items: 0, communitiesWithTags: 0, itemsWithEngagement: 0 });
});
