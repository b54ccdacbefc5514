import { expect, it } from "vitest";
import { impactText } from "#web/features/rules/impact-text.ts";

const of = (changed: number, mean_new_items: number | null, emptied = 0) =>
  impactText({ people: 100, changed, mean_new_items, emptied });

it("says how many lists change and by how many items", () => {
  expect(of(34, 2.06)).toBe("It changes 34 of 100 lists; 2.1 new items each on average.");
});

it("says that no list changes", () => {
  expect(of(0, null)).toBe("It changes none of 100 lists.");
});

it("says what brings no new item: another order, fewer items, or none at all", () => {
  expect(of(3, 0)).toBe("It changes 3 of 100 lists; no new items, only their order or fewer of them.");
  expect(of(3, 0, 3)).toBe("It changes 3 of 100 lists; 3 have no item left.");
});
