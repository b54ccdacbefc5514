/** Usage of keys by day and slot, and figures for monitors. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { usageResponse } from "#contract/usage.ts";
import { type MeterReport, meterOf } from "#jobs/meter/meter-object.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { post } from "../../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id: project } = await createProject(ann);
  const key = await post(ann, "/api_keys/", { project, name: "shop", scopes: ["predict"] });
  const day = new Date(api.deps.clock()).toISOString().slice(0, 10);
  const meter = meterOf(env.METERS, project);
  const report = (isolate: string, fields: Partial<MeterReport>) =>
    meter.report(isolate, { usage: [], counters: {}, gauges: {}, ...fields });
  const used = { day, keyId: key, slotId: null, requests: 0, limited: 0, lists: 0, events: 0 };
  const usage = async (query = "") =>
    readAs(usageResponse, await ann.call("GET", `/project/${project}/usage/${query}`));
  const metrics = async () => (await ann.call("GET", `/project/${project}/metrics/`)).text();
  return { ann, bob, project, key, day, report, used, usage, metrics };
}

describe("usage", () => {
  it("is the sum of what isolates report, by key, slot and day", async () => {
    const { report, used, usage, key, day } = await setUp();
    expect((await usage()).usage).toEqual([]);
    await report("a", {
      usage: [
        { ...used, requests: 2, limited: 1 },
        { ...used, slotId: 0, lists: 2 },
      ],
    });
    await report("b", {
      usage: [
        { ...used, requests: 3, events: 40 },
        { ...used, keyId: 999_999, requests: 1 },
      ],
    });
    const { usage: rows, to } = await usage();
    expect(to).toBe(day);
    const own = { day, key, key_name: "shop", slot: null, slot_name: null };
    expect(rows).toEqual(
      [
        { ...own, slot: 0, slot_name: "default", requests: 0, limited: 0, lists: 2, events: 0 },
        { ...own, requests: 5, limited: 1, lists: 0, events: 40 },
        { ...own, key: 999_999, key_name: null, requests: 1, limited: 0, lists: 0, events: 0 },
      ].sort((a, b) => a.key - b.key || (a.slot === null ? 1 : 0) - (b.slot === null ? 1 : 0)),
    );
  });

  it("has the days that are asked for, and names a wrong one", async () => {
    const { ann, report, used, usage, project } = await setUp();
    await report("a", { usage: [{ ...used, day: "2026-10-01", requests: 1 }] });
    expect((await usage("?from=2026-10-01&to=2026-10-01")).usage).toHaveLength(1);
    expect((await usage("?to=2026-09-30")).usage).toEqual([]);
    for (const [query, field] of [
      ["from=yesterday", "from"],
      ["to=2026-13-45", "to"],
      ["from=2026-11-02&to=2026-11-01", "to"],
    ]) {
      const refused = await ann.call("GET", `/project/${project}/usage/?${query}`);
      expect([refused.status, Object.keys((await bodyOf(refused)) as object)]).toEqual([400, [field]]);
    }
  });

  it("is for who may see the project, and goes with it", async () => {
    const { bob, report, used, project } = await setUp();
    await report("a", { usage: [{ ...used, requests: 1 }] });
    for (const what of ["usage", "metrics"]) {
      expect((await bob.call("GET", `/project/${project}/${what}/`)).status).toBe(404);
    }
    const meter = meterOf(env.METERS, project);
    await meter.forget();
    expect([await meter.usage("2000-01-01", "2100-01-01"), (await meter.samples()).counters]).toEqual([
      [],
      {},
    ]);
  });
});

describe("metrics", () => {
  it("are text for Prometheus: counters summed over isolates, gauges of those that live", async () => {
    const { report, metrics } = await setUp();
    const sample = 'edgewise_requests_total{route="recommend",status="200"}';
    const bucket = 'edgewise_request_seconds_bucket{route="recommend",le="0.005"}';
    const gauges = { edgewise_loaded_models: 2, 'edgewise_model_version{slot="4"}': 7 };
    await report("a", { counters: { [sample]: 2, [bucket]: 1 }, gauges });
    await report("b", {
      counters: { [sample]: 3 },
      gauges: { ...gauges, 'edgewise_model_version{slot="4"}': 6 },
    });
    const text = await metrics();
    expect(text.split("\n").filter((line) => !line.startsWith("# HELP"))).toEqual([
      "# TYPE edgewise_requests_total counter",
      `${sample} 5`,
      "# TYPE edgewise_request_seconds histogram",
      `${bucket} 1`,
      "# TYPE edgewise_isolates gauge",
      "edgewise_isolates 2",
      "# TYPE edgewise_loaded_models gauge",
      "edgewise_loaded_models 4",
      "# TYPE edgewise_model_version gauge",
      'edgewise_model_version{slot="4"} 6',
      "",
    ]);
  });
});
