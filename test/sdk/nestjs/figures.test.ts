import { expect, it } from "vitest";
import { Figures } from "#nestjs/figures.ts";

it("counts pages and calls, and the times of calls by bounds that include each other", () => {
  const figures = new Figures();
  figures.page("cache");
  figures.page("cache");
  figures.call("ok", 20);
  figures.call("failed", 3_000);
  figures.retry();
  const lines = figures.text(7).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      'edgewise_client_pages_total{source="cache"} 2',
      'edgewise_client_pages_total{source="stale"} 0',
      'edgewise_client_calls_total{outcome="ok"} 1',
      'edgewise_client_calls_total{outcome="failed"} 1',
      "edgewise_client_retries_total 1",
      "edgewise_client_cached_pages 7",
      'edgewise_client_call_seconds_bucket{le="0.01"} 0',
      'edgewise_client_call_seconds_bucket{le="0.025"} 1',
      'edgewise_client_call_seconds_bucket{le="5"} 2',
      'edgewise_client_call_seconds_bucket{le="+Inf"} 2',
      "edgewise_client_call_seconds_sum 3.02",
      "edgewise_client_call_seconds_count 2",
    ]),
  );
  // Every sample has its help and its type before it.
  const named = lines.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2]);
  const samples = new Set(
    lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(/[ {]/)[0]),
  );
  for (const name of samples) expect(named.some((type) => name?.startsWith(type ?? "?"))).toBe(true);
});
