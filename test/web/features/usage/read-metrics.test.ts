import { describe, expect, it } from "vitest";
import { popularShare, quantile, readMetrics } from "#web/features/usage/read-metrics.ts";

const TEXT = `# HELP edgewise_requests_total Calls of serving with a valid key.
# TYPE edgewise_requests_total counter
edgewise_requests_total{route="recommend",status="200"} 90
edgewise_requests_total{route="recommend",status="422"} 8
edgewise_requests_total{route="recommend",status="503"} 2
edgewise_requests_total{route="events",status="200"} 10
edgewise_request_seconds_bucket{route="recommend",le="0.01"} 50
edgewise_request_seconds_bucket{route="recommend",le="0.02"} 100
edgewise_request_seconds_bucket{route="recommend",le="+Inf"} 100
edgewise_request_seconds_bucket{route="events",le="0.02"} 10
edgewise_request_seconds_bucket{route="events",le="+Inf"} 10
edgewise_events_total 40
`;

describe("readMetrics", () => {
  it("has the answers of each route by their kind, the busiest first", () => {
    const { routes } = readMetrics(TEXT);
    expect(routes.map(({ route, requests, refused, failed }) => [route, requests, refused, failed])).toEqual([
      ["recommend", 100, 8, 2],
      ["events", 10, 0, 0],
    ]);
  });

  it("estimates quantiles of a route", () => {
    const [recommend] = readMetrics(TEXT).routes;
    // 50 of 100 are at most 10 ms; the 95th lies 45/50 of the way to 20 ms.
    expect(recommend?.median).toBeCloseTo(0.01);
    expect(recommend?.p95).toBeCloseTo(0.019);
  });

  it("adds up routes, also one without the lower buckets", () => {
    // At most 10 ms: 50 of 110. The 104.5th lies 54.5/60 of the way from 10 to 20 ms.
    expect(readMetrics(TEXT).all).toMatchObject({ requests: 110, refused: 8, failed: 2 });
    expect(readMetrics(TEXT).all.p95).toBeCloseTo(0.01 + (0.01 * 54.5) / 60);
  });

  it("has no figures without traffic", () => {
    expect(readMetrics("\n")).toEqual({
      all: { route: "", requests: 0, refused: 0, failed: 0, median: null, p95: null },
      routes: [],
    });
  });
});

it("the share of popular lists is over all routes and slots, and unknown before the first list", () => {
  const text = `edgewise_lists_total{route="recommend",slot="1"} 30
edgewise_lists_total{route="similar",slot="2"} 10
edgewise_popular_lists_total{route="recommend"} 6
`;
  expect([popularShare(text), popularShare(TEXT)]).toEqual([0.15, null]);
});

describe("quantile", () => {
  it("is the last bound for answers that took longer", () => {
    const buckets = [
      { bound: 1, count: 10 },
      { bound: Number.POSITIVE_INFINITY, count: 100 },
    ];
    expect(quantile(buckets, 0.95)).toBe(1);
  });
});
