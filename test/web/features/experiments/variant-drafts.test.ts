import { describe, expect, it } from "vitest";
import { experimentRequest } from "#contract/experiment.ts";
import {
  EMPTY_DRAFT,
  type ExperimentDraft,
  newModelsOf,
  problemsOf,
  toRequest,
} from "#web/features/experiments/variant-drafts.ts";

const draft = (fields: Partial<ExperimentDraft> = {}): ExperimentDraft => ({
  ...EMPTY_DRAFT,
  name: "new model",
  variants: [
    { source: "slot:3", weight: "1" },
    { source: "model:9", weight: "2" },
  ],
  ...fields,
});
const sent = (fields: Partial<ExperimentDraft> = {}) =>
  experimentRequest.parse(toRequest(draft(fields), 1, (modelId) => modelId * 10));

describe("the form of an experiment", () => {
  it("asks for everything that is missing", () => {
    expect(Object.keys(problemsOf({ ...EMPTY_DRAFT, types: " , " }))).toEqual([
      "name",
      "conversion_types",
      "variants",
    ]);
    expect(problemsOf(draft())).toEqual({});
  });

  it.each([
    ["two alike", { variants: [1, 2].map(() => ({ source: "slot:3", weight: "1" })) }, "variants"],
    ["no weight", { variants: [3, 4].map((id) => ({ source: `slot:${id}`, weight: "0" })) }, "weights"],
    ["too many held out", { kind: "holdout" as const, heldOut: "51" }, "heldOut"],
    ["a bound that is no number", { latency: "fast" }, "latency"],
  ])("refuses %s", (_case, fields, field) => expect(Object.keys(problemsOf(draft(fields)))).toEqual([field]));

  it("gives a version the slot that was made for it", () => {
    expect(newModelsOf(draft())).toEqual([9]);
    expect(sent({ types: "click, purchase", latency: "200", empty: "5" })).toMatchObject({
      variants: [
        { slot: 3, weight: 1 },
        { slot: 90, weight: 2 },
      ],
      conversion_types: ["click", "purchase"],
      guardrails: { latency_p95_ms: 200, empty_share: 0.05 },
    });
  });

  it("holds a share of people out", () => {
    expect(sent({ kind: "holdout", heldOut: "5" }).variants).toEqual([{ slot: null, weight: 0.05 }]);
  });

  it("gives interleaved slots no weights and no moving shares", () => {
    const found = sent({ kind: "interleave", allocation: "thompson" });
    expect(found.variants.map(({ weight }) => weight)).toEqual([1, 1]);
    expect(found.allocation).toBe("fixed");
  });
});
