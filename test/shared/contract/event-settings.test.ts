import { describe, expect, it } from "vitest";
import {
  changedEventSettings,
  DEFAULT_EVENT_SETTINGS,
  eventSettingsProblem,
  eventSettingsRequest,
} from "#contract/event-settings.ts";
import { eventWeight, trainingWeights } from "#contract/event-weight.ts";

describe("settings of events", () => {
  it.each([
    [{ seen_rule: "sometimes" }, "seen_rule"],
    [{ seen_days: 0 }, "seen_days"],
    [{ seen_days: 1.5 }, "seen_days"],
    [{ seen_types: [] }, "seen_types"],
    [{ seen_types: ["a=b"] }, "seen_types"],
    [{ seen_types: "view" }, "seen_types"],
    [{ event_weights: [] }, "event_weights"],
    [{ event_weights: { " no type": 1 } }, "event_weights"],
    [{ event_weights: { view: "1" } }, "event_weights"],
    [{ event_weights: { view: 1e7 } }, "event_weights"],
    [{ event_weights: { view: null } }, "event_weights"],
    [{ event_weights: { impression: 1 } }, "event_weights"],
    [{ event_weights: { dislike: 0 } }, "event_weights"],
    [{ event_cap: 0 }, "event_cap"],
    [{ event_cap: "much" }, "event_cap"],
    [{ event_half_life_days: -1 }, "event_half_life_days"],
    [{ event_retention_days: 0 }, "event_retention_days"],
  ])("refuse %j by its field", (body, field) => {
    const { error } = eventSettingsRequest.safeParse(body);
    expect(error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  it("change one by one, and null sets the default again", () => {
    const first = changedEventSettings(null, { event_weights: { view: 0 }, event_cap: 9 });
    expect(first).toEqual({ ...DEFAULT_EVENT_SETTINGS, event_weights: { view: 0 }, event_cap: 9 });
    const second = changedEventSettings(first, { event_weights: null, seen_rule: "always" });
    expect(second).toEqual({ ...DEFAULT_EVENT_SETTINGS, event_cap: 9, seen_rule: "always" });
    expect(changedEventSettings(second, {})).toBeNull();
  });

  it("require `seen_days` for a rule with days", () => {
    const rule = { ...DEFAULT_EVENT_SETTINGS, seen_rule: "after_days" } as const;
    expect(eventSettingsProblem(rule)?.field).toBe("seen_days");
    expect(eventSettingsProblem({ ...rule, seen_days: 30 })).toBeNull();
  });
});

describe("the weight of an event", () => {
  it("is that of its type, the project's own before the usual one", () => {
    const own = { view: 2, wishlist: 4, click: 0, rating: 10, dislike: -5 };
    const weights = ["view", "like", "wishlist", "other", "click", "impression", "dislike"].map((type) =>
      eventWeight(type, undefined, own),
    );
    expect(weights).toEqual([2, 3, 4, 1, null, null, -5]);
    expect([eventWeight("rating", 4, own), eventWeight("rating", undefined, own)]).toEqual([40, null]);
    expect(eventWeight("toString")).toBe(1);
  });

  it("is the same in training data, where types without a weight do not count", () => {
    const weights = trainingWeights({ view: 0, wishlist: 4 });
    expect(weights).toEqual({
      click: 1,
      like: 3,
      comment: 5,
      purchase: 8,
      rating: 1,
      dislike: -1000,
      wishlist: 4,
    });
  });
});
