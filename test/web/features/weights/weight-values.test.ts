import { describe, expect, it } from "vitest";
import { DEFAULT_EVENT_SETTINGS } from "#contract/event-settings.ts";
import {
  checkWeights,
  isAsked,
  toWeightValues,
  type WeightValues,
} from "../../../../web/features/weights/weight-values.ts";

const STORED = { ...DEFAULT_EVENT_SETTINGS, weight_column: null, event_type_column: null };

const check = (changes: Partial<WeightValues>, stored = {}) => {
  const settings = { ...STORED, ...stored };
  return checkWeights({ ...toWeightValues(settings), ...changes }, settings);
};

describe("toWeightValues", () => {
  it("names types of any text, which the form reads again", () => {
    const event_weights = { "A b": 4, "a:b": 0.5, "a:1": -2, view: 1 };
    const checked = checkWeights(toWeightValues({ ...STORED, event_weights }), { ...STORED, event_weights });
    expect("choice" in checked && checked.choice.event_weights).toEqual(event_weights);
  });

  it("shows what is stored, and blanks for what is not set", () => {
    const values = toWeightValues({
      ...STORED,
      weight_column: "stars",
      event_cap: 2.5,
      event_weights: { view: 1, purchase: 8 },
    });
    expect(values).toMatchObject({
      ...{ weight_column: "stars", event_type_column: "", event_cap: "2.5", event_half_life_days: "" },
      ...{ weight_kind: "weights", rating_min: "1", event_weights: "view = 1\npurchase = 8" },
    });
  });
});

describe("isAsked", () => {
  it.each([
    ["weights", ["weight_scale"]],
    ["ratings", ["rating_min", "rating_max", "weight_scale"]],
    ["likes", ["rating_min", "rating_max", "likes_from", "below_likes"]],
    ["revenue", ["weight_scale"]],
  ])("is what matters for %s", (kind, asked) => {
    const values = { ...toWeightValues(STORED), weight_kind: kind };
    const fields = ["rating_min", "rating_max", "likes_from", "below_likes", "weight_scale"] as const;
    expect(fields.filter((field) => isAsked(field, values))).toEqual(asked);
  });
});

describe("checkWeights", () => {
  it("makes numbers of texts, and null of blanks", () => {
    const changes = { weight_column: " stars ", weight_kind: "likes", likes_from: "3.5", rating_min: "0.5" };
    expect(check({ ...changes, event_weights: " view = 2 \n\nlike: 4" })).toMatchObject({
      choice: {
        ...{ weight_column: "stars", event_type_column: null, weight_kind: "likes", likes_from: 3.5 },
        ...{ rating_min: 0.5, rating_max: 5, event_cap: null, event_weights: { view: 2, like: 4 } },
      },
    });
  });

  it("leaves what is not asked as it is stored, and takes back a logarithm that likes cannot have", () => {
    const kept = check({ weight_kind: "counts", rating_min: "x" });
    expect("choice" in kept && Object.keys(kept.choice)).not.toContain("rating_min");
    expect(check({ weight_kind: "likes", weight_scale: "log" })).toMatchObject({
      choice: { weight_scale: "linear" },
    });
  });

  it.each<[Partial<WeightValues>, string, RegExp]>([
    [{ event_cap: "much" }, "event_cap", /number/],
    [{ event_cap: "0" }, "event_cap", /greater/],
    [{ event_cap_quantile: "2" }, "event_cap_quantile", /less/],
    [{ event_half_life_days: "NaN" }, "event_half_life_days", /number/],
    [{ weight_kind: "likes", likes_from: "9" }, "likes_from", /at most at 5/],
    [{ weight_kind: "ratings", rating_max: "1" }, "rating_max", /ends above/],
    [{ event_weights: "view" }, "event_weights", /"view": write a type/],
    [{ event_weights: "view = 1\nview = 2" }, "event_weights", /twice/],
    [{ event_weights: "Vi,ew = 1" }, "event_weights", /without commas/],
    [{ event_weights: " = 1" }, "event_weights", /write a type/],
    [{ event_weights: "__proto__ = 1" }, "event_weights", /underscore/],
  ])("names the field of %j", (changes, field, message) => {
    const checked = check(changes);
    expect("problems" in checked && Object.keys(checked.problems)).toEqual([field]);
    expect("problems" in checked && checked.problems[field]?.join()).toMatch(message);
  });
});
