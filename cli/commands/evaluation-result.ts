/** What an evaluation says, as JSON and as text. */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { SegmentResult } from "#engine/evaluate/evaluation.ts";
import { SEGMENTS } from "#engine/evaluate/segments.ts";
import { pickMetrics, type WantedMetrics } from "../options/metric-options.ts";
import { paramsText, textTable } from "../terminal/text-table.ts";
import type { Measured } from "../tune/measure.ts";
import { type ColdResult, coldRows } from "./cold-start.ts";
import type { HeldOutData } from "./held-out-data.ts";

/** What was fitted to and what was measured. */
export interface MeasuredData {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly testInteractions: number;
  readonly coldUserCount: number;
  readonly unknownItemCount: number;
  readonly split: object | null;
}

/** The sizes of data in memory. */
export function sizesOf({ train, test, coldUserCount, unknownItemCount, split }: HeldOutData): MeasuredData {
  return {
    ...{ users: train.rowCount, items: train.columnCount, interactions: train.indices.length },
    testInteractions: countAll(test.heldout.indices.length, test.unknownHeldout),
    ...{ coldUserCount, unknownItemCount, split },
  };
}

/** The result of an evaluation as the command prints it. */
export function toResult(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  data: MeasuredData,
  measured: Omit<Measured, "perUser" | "parts">,
  { keys, rankingKeys }: WantedMetrics,
) {
  const ci = rankingKeys.map((key) => {
    const { low = 0, high = 0 } = measured.intervals[key] ?? {};
    return [key, [low, high]] as const;
  });
  const { segments } = measured;
  return {
    algorithm,
    params,
    metrics: pickMetrics(measured.metrics, keys),
    ci: Object.fromEntries(ci) as Record<string, readonly [number, number]>,
    ...{ users: data.users, items: data.items, interactions: data.interactions },
    test_users: measured.users,
    test_interactions: data.testInteractions,
    cold_users: data.coldUserCount,
    unknown_items: data.unknownItemCount,
    ...(data.split && { split: data.split }),
    ...(segments && { segments: segmentRows(segments, rankingKeys) }),
    fit_seconds: rounded(measured.fitSeconds),
    evaluate_seconds: rounded(measured.evaluateSeconds),
    peak_memory_mb: rounded(measured.peakMemoryMb),
  };
}

function segmentRows(segments: Readonly<Record<string, SegmentResult>>, keys: readonly string[]) {
  return Object.fromEntries(
    SEGMENTS.map((name) => {
      const { users = 0, metrics = {} } = segments[name] ?? {};
      const label = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [label, { users, metrics: pickMetrics(metrics, keys) }];
    }),
  );
}

function countAll(known: number, unknown: Uint32Array): number {
  return unknown.reduce((sum, count) => sum + count, known);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export type Result = ReturnType<typeof toResult> & { readonly cold_start?: ColdResult };

/** The same as text. */
export function toText(result: Result): string {
  const rows = Object.entries(result.metrics).map(([key, value]) => {
    const interval = result.ci[key];
    const range = interval ? `${interval[0].toFixed(4)} … ${interval[1].toFixed(4)}` : "";
    return [`  ${key}`, value.toFixed(4), range];
  });
  const segments = Object.entries(result.segments ?? {}).map(([name, { users, metrics }]) => [
    `  ${name.replace("_", " ")} (${users} users)`,
    Object.entries(metrics)
      .map(([key, value]) => `${key} ${value.toFixed(4)}`)
      .join("  "),
  ]);
  return [
    `${result.algorithm} ${paramsText(result.params)}`,
    textTable([...rows, ...segments, ...coldRows(result.cold_start)]),
    `${result.interactions} interactions of ${result.users} users with ${result.items} items; measured on ${result.test_users} users. ` +
      `Fit ${result.fit_seconds.toFixed(1)} s, evaluation ${result.evaluate_seconds.toFixed(1)} s, ` +
      `peak ${result.peak_memory_mb.toFixed(0)} MB.`,
  ].join("\n");
}
