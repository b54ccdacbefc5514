import { describe, expect, it } from "vitest";
import { LIST_METRICS, RANKING_METRICS } from "#engine/evaluate/metrics.ts";
import { metricTitle } from "../../../../web/features/measuring/metric-title.ts";

describe("metricTitle", () => {
  it("has a name for every metric that the engine measures, and keeps the cutoff", () => {
    expect(metricTitle("catalogCoverage@10")).toBe("Catalogue coverage@10");
    for (const name of [...RANKING_METRICS, ...LIST_METRICS])
      expect(metricTitle(`${name}@5`)).toMatch(/^[A-Z].*@5$/);
  });

  it("shows an unknown one as it is", () => {
    expect(metricTitle("serendipity@3")).toBe("serendipity@3");
    expect(metricTitle("score")).toBe("score");
  });
});
