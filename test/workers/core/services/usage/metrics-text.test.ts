import { expect, it } from "vitest";
import { metricsText } from "#services/usage/metrics-text.ts";

it("lists the buckets of each route by their bound, the one without end last", () => {
  const bucket = (route: string, le: string) =>
    `edgewise_request_seconds_bucket{route="${route}",le="${le}"}`;
  const bounds = ["+Inf", "0.25", "0.001", "2.5", "0.01"];
  const counters = Object.fromEntries(
    ["b", "a"].flatMap((route) => bounds.map((le) => [bucket(route, le), 1])),
  );
  const lines = metricsText({ counters, gauges: [] }).split("\n");
  const order = ["0.001", "0.01", "0.25", "2.5", "+Inf"];
  expect(lines.filter((line) => line.includes("_bucket"))).toEqual(
    ["a", "b"].flatMap((route) => order.map((le) => `${bucket(route, le)} 1`)),
  );
});
