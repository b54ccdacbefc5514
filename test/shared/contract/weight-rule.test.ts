import { describe, expect, it } from "vitest";
import {
  DEFAULT_EVENT_SETTINGS,
  eventSettingsProblem,
  eventSettingsRequest,
} from "#contract/event-settings.ts";
import { DEFAULT_WEIGHT_RULE, weightRuleOf } from "#contract/weight-rule.ts";

describe("what the numbers of interactions are", () => {
  it.each([
    [{ weight_kind: "stars" }, "weight_kind"],
    [{ weight_scale: "ln" }, "weight_scale"],
    [{ rating_min: "low" }, "rating_min"],
    [{ rating_max: 1e9 }, "rating_max"],
    [{ likes_from: "four" }, "likes_from"],
    [{ below_likes: "hide" }, "below_likes"],
    [{ event_cap_quantile: 0.4 }, "event_cap_quantile"],
    [{ event_cap_quantile: 1.01 }, "event_cap_quantile"],
  ])("is refused as %j by its field", (body, field) => {
    const { error } = eventSettingsRequest.safeParse(body);
    expect(error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  it.each([
    [{ rating_min: 5 }, "rating_max"],
    [{ weight_kind: "likes", likes_from: 5.5 }, "likes_from"],
    [{ weight_kind: "likes", likes_from: 1 }, "likes_from"],
    [{ weight_kind: "likes", rating_max: 3 }, "likes_from"],
    [{ weight_kind: "likes", weight_scale: "log" }, "weight_scale"],
    [{ weight_kind: "likes", rating_min: -10, rating_max: 10, likes_from: 0.5 }, undefined],
    [{ weight_kind: "likes", likes_from: 5 }, undefined],
    [{ weight_kind: "ratings", likes_from: 9 }, undefined],
    [{ weight_kind: "revenue", weight_scale: "log" }, undefined],
  ] as const)("contradicts itself as %j in the field %s", (changes, field) => {
    expect(eventSettingsProblem({ ...DEFAULT_EVENT_SETTINGS, ...changes })?.field).toBe(field);
  });

  it("is no rule where numbers are weights as they are, also in settings of earlier versions", () => {
    expect([weightRuleOf(null), weightRuleOf({}), weightRuleOf(DEFAULT_EVENT_SETTINGS)]).toEqual([
      null,
      null,
      null,
    ]);
    const expected = { ...DEFAULT_WEIGHT_RULE, weight_kind: "likes" };
    expect(weightRuleOf({ ...DEFAULT_EVENT_SETTINGS, weight_kind: "likes" })).toEqual(expected);
    expect(weightRuleOf({ weight_scale: "log" })).toEqual({ ...DEFAULT_WEIGHT_RULE, weight_scale: "log" });
  });
});
