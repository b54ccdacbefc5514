import { describe, expect, it } from "vitest";
import type { MeterReport } from "#jobs/meter/meter-object.ts";
import { createRequestMeter, type MeteredCall } from "#recommend/metering/request-meter.ts";

function setUp() {
  const reports: { readonly project: string; readonly isolate: string; readonly report: MeterReport }[] = [];
  const logged: string[] = [];
  const waits: (() => void)[] = [];
  let kept: Promise<unknown> = Promise.resolve();
  let now = Date.parse("2026-11-27T23:59:59Z");
  let problem: Error | null = null;
  const meter = createRequestMeter({
    meters: {
      idFromName: (name) => name,
      get: (id) => ({
        report: async (isolate, report) => {
          if (problem) throw problem;
          reports.push({ project: String(id), isolate, report });
        },
        usage: async () => [],
        samples: async () => ({ counters: {}, gauges: [] }),
        forget: async () => undefined,
      }),
    },
    isolate: () => "isolate-1",
    gauges: () => ({ edgewise_loaded_models: 2 }),
    now: () => now,
    sleep: () => new Promise((done) => waits.push(done)),
    keep: (work) => {
      kept = work;
    },
    logError: (event) => void logged.push(event),
  });
  const call = (fields: Partial<MeteredCall> = {}) =>
    meter.call({
      ...{
        projectId: 3,
        keyId: 7,
        route: "recommend",
        status: 200,
        ms: 4,
        slots: [5],
        popular: 0,
        events: 0,
      },
      ...fields,
    });
  const flush = async () => {
    for (const end of waits.splice(0)) end();
    await kept;
  };
  const pass = (ms: number) => {
    now += ms;
  };
  const fail = (error: Error | null) => {
    problem = error;
  };
  return { meter, reports, logged, call, flush, pass, fail, waits };
}

describe("the meter of requests", () => {
  it("reports many calls as one, by key, slot and day", async () => {
    const { call, flush, pass, reports, waits } = setUp();
    call();
    call({ slots: [5, 6], popular: 2, ms: 30 });
    call({ status: 429, slots: [] });
    call({ keyId: 8, route: "events", slots: [], events: 20 });
    pass(1_000);
    call();
    expect([reports.length, waits.length]).toEqual([0, 1]);
    await flush();
    expect(reports).toHaveLength(1);
    const [{ project, isolate, report } = { project: "", isolate: "", report: null }] = reports;
    expect([project, isolate]).toEqual(["3", "isolate-1"]);
    const none = { requests: 0, limited: 0, lists: 0, events: 0 };
    expect(report?.usage).toEqual([
      { ...none, day: "2026-11-27", keyId: 7, slotId: null, requests: 3, limited: 1 },
      { ...none, day: "2026-11-27", keyId: 7, slotId: 5, lists: 2 },
      { ...none, day: "2026-11-27", keyId: 7, slotId: 6, lists: 1 },
      { ...none, day: "2026-11-27", keyId: 8, slotId: null, requests: 1, events: 20 },
      { ...none, day: "2026-11-28", keyId: 7, slotId: null, requests: 1 },
      { ...none, day: "2026-11-28", keyId: 7, slotId: 5, lists: 1 },
    ]);
    expect(report?.counters).toMatchObject({
      'edgewise_requests_total{route="recommend",status="200"}': 3,
      'edgewise_requests_total{route="recommend",status="429"}': 1,
      'edgewise_lists_total{route="recommend",slot="5"}': 3,
      'edgewise_popular_lists_total{route="recommend"}': 2,
      edgewise_events_total: 20,
      'edgewise_request_seconds_bucket{route="recommend",le="0.005"}': 3,
      'edgewise_request_seconds_bucket{route="recommend",le="0.05"}': 4,
      'edgewise_request_seconds_bucket{route="recommend",le="+Inf"}': 4,
      'edgewise_request_seconds_count{route="recommend"}': 4,
    });
    expect(report?.gauges).toEqual({ edgewise_loaded_models: 2 });
  });

  it("reports each project to its own meter, and begins again from nothing", async () => {
    const { call, flush, reports, meter } = setUp();
    call();
    call({ projectId: 4 });
    meter.swapped(4, 250);
    await flush();
    call();
    await flush();
    expect(reports.map(({ project }) => project)).toEqual(["3", "4", "3"]);
    expect(reports[1]?.report.counters).toMatchObject({
      edgewise_model_swaps_total: 1,
      edgewise_model_swap_seconds_total: 0.25,
    });
    expect(reports[2]?.report.usage[0]?.requests).toBe(1);
  });

  it("never sends a report again that failed, and says so", async () => {
    const { call, flush, fail, reports, logged } = setUp();
    fail(new Error("away"));
    call();
    await flush();
    fail(null);
    call();
    await flush();
    expect(logged).toEqual(["usage_not_reported"]);
    expect(reports.map(({ report }) => report.usage[0]?.requests)).toEqual([1]);
  });

  it("goes on after a report that was cut off with its request", async () => {
    const { call, waits, pass, reports, flush } = setUp();
    call();
    waits.splice(0);
    pass(29_000);
    call();
    expect(waits).toHaveLength(0);
    pass(1_000);
    call();
    await flush();
    expect(reports[0]?.report.usage.find(({ slotId }) => slotId === null)?.requests).toBe(1);
    expect(reports[0]?.report.usage.reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
  });
});
