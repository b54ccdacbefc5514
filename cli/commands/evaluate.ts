import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withAges } from "#engine/data/with-ages.ts";
import type { SegmentResult } from "#engine/evaluate/evaluation.ts";
import { SEGMENTS } from "#engine/evaluate/segments.ts";
import { COLD_SCHEMES } from "#engine/split/cold-split.ts";
import { NEXT_ITEM_SCHEMES } from "#engine/split/split-config.ts";
import { withColumnsOf } from "../files/choose-columns.ts";
import { loadDataset } from "../files/load-dataset.ts";
import { withFeatures } from "../files/load-features.ts";
import { createNodeKernels } from "../files/node-kernels.ts";
import { algorithmNamed, paramsOf } from "../options/algorithm-options.ts";
import { decimal, parseOptions, required, type Values, wholeNumber } from "../options/command-line.ts";
import { DATA_OPTIONS, type ReadSettings, readSettingsOf } from "../options/data-options.ts";
import { FEATURE_OPTIONS, featureSettingsOf } from "../options/feature-options.ts";
import { pickMetrics, type WantedMetrics, wantedMetrics } from "../options/metric-options.ts";
import { SPLIT_OPTIONS } from "../options/split-options.ts";
import { UsageError } from "../options/usage-error.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { createProgress } from "../terminal/progress.ts";
import { paramsText, textTable } from "../terminal/text-table.ts";
import { type Measured, measure } from "../tune/measure.ts";
import { type ColdResult, coldResult, coldRows, measureColdStart } from "./cold-start.ts";
import { type DescribeData, type HeldOutData, heldOutData } from "./held-out-data.ts";

const OPTIONS = {
  train: { type: "string", value: "FILE", help: "the file to fit on, with --test" },
  test: { type: "string", value: "FILE", help: "the file to measure on" },
  data: { type: "string", value: "FILE", help: "one file for both parts, with --split" },
  ...SPLIT_OPTIONS,
  ...DATA_OPTIONS,
  ...FEATURE_OPTIONS,
  "cold-start": {
    type: "boolean",
    help: "also measure new items and new users: two more fits, with --data; the default with tables",
  },
  algorithm: { type: "string", value: "NAME", help: "e.g. IALS; irspack's class names also work" },
  params: { type: "string", value: "JSON", help: `its parameters, e.g. '{"top_k": 100}'` },
  cutoff: { type: "string", value: "20", help: "lengths of the lists, separated by commas" },
  metrics: { type: "string", value: "ndcg,recall", help: "or all" },
  segments: { type: "boolean", help: "also measure popular and other items, new and known users separately" },
  "head-share": { type: "string", value: "0.2", help: "share of the items that count as popular" },
  "cold-below": { type: "string", value: "5", help: "users with fewer known items count as new" },
  seed: { type: "string", value: "42", help: "seed of the split, the fit and the intervals" },
  json: { type: "boolean", help: "print one JSON object" },
} as const;

type EvaluateValues = Values<typeof OPTIONS>;

export const evaluateCommand: Command = {
  name: "evaluate",
  summary: "fit one configuration and measure it on held-out interactions",
  usage:
    "(--train FILE --test FILE | --data FILE --split RG|TG|TU|cold-items|cold-users|next-item|sessions|time) --algorithm NAME [options]",
  options: OPTIONS,
  notes: `Every item that a user has not interacted with in training is ranked. Held-out items without training data count as not found, unless --item-features describes them: then they are scored by their properties. If the test file has no others, they are ranked among themselves. Users without training data get the most popular items, as in serving, or what their features say where the algorithm reads them.
With --split cold-items, no item of the test part is in training, and these are ranked among themselves; with cold-users no user is.
Intervals are 95 % bootstrap intervals over users. peak_memory_mb counts heap, buffers and kernels, in units of 2^20 bytes.`,
  async run(args, io) {
    const values = parseOptions(args, OPTIONS);
    const progress = createProgress(io.stderr);
    const algorithm = algorithmNamed(required("algorithm", values.algorithm));
    const params = paramsOf(algorithm, values.params);
    const wanted = wantedMetrics(values.metrics ?? "ndcg,recall", values.cutoff ?? "20");
    const seed = wholeNumber("seed", values.seed ?? "42", 0);
    const segments = segmentOptionsOf(values);
    const isOrdered = needsAges(algorithm, params) || isNextItemText(values.split);
    const told = await withColumnsOf(values, values.data ?? values.train, progress);
    const settings = { ...readSettingsOf(told), keepsSequences: isOrdered };
    const tables = featureSettingsOf(told);
    let whole: Dataset | null = null;
    const load = async (path: string, how: ReadSettings) => {
      const dataset = await loadDataset(path, how, progress);
      return needsAges(algorithm, params) ? withAges(dataset) : dataset;
    };
    const describe: DescribeData = {
      sides: { items: tables.item !== null, users: tables.user !== null },
      async withFeatures(dataset) {
        whole = await withFeatures(dataset, tables, progress);
        return whole;
      },
    };
    const prepared = await heldOutData({ values, settings, seed, load, describe });
    for (const note of prepared.notes) progress.done(note);
    const kernels = await createNodeKernels();
    const measureOn = (part: HeldOutData) =>
      measure({
        ...{ algorithm, params, seed, kernels, progress },
        ...{ train: part.train, test: part.test, features: part.features, candidates: part.candidates },
        ...{ sequences: part.sequences, sessions: part.sessions, queries: part.queries },
        ...{ cutoffs: wanted.cutoffs, intervalsOf: wanted.rankingKeys },
        ...(segments && { segments }),
      });
    const measured = measureOn(prepared);
    progress.done(`Evaluated ${measured.users} users.`);
    const coldStart = wantsColdStart(values)
      ? measureColdStart(requireWhole(whole, values), seed, measureOn)
      : null;
    const result = toResult(algorithm, params, prepared, measured, wanted);
    const cold = coldStart && { cold_start: coldResult(coldStart, wanted) };
    writeResult(io, values.json ?? false, { ...result, ...cold }, () => toText({ ...result, ...cold }));
  },
};

const isNextItemText = (scheme: string | undefined) => NEXT_ITEM_SCHEMES.some((name) => name === scheme);

/** As wished; without a wish, where tables say something of new items or users and the split is another. */
function wantsColdStart(values: EvaluateValues): boolean {
  if (values["cold-start"]) return true;
  const hasTables = values["item-features"] !== undefined || values["user-features"] !== undefined;
  return hasTables && values.data !== undefined && !COLD_SCHEMES.some((scheme) => scheme === values.split);
}

function requireWhole(whole: Dataset | null, { data }: EvaluateValues): Dataset {
  if (whole === null || data === undefined) throw new UsageError("--cold-start needs --data.");
  return whole;
}

function segmentOptionsOf(values: EvaluateValues) {
  if (!values.segments) return null;
  const { "head-share": head, "cold-below": cold } = values;
  return {
    ...(head !== undefined && { headShare: decimal("head-share", head, 0, 1) }),
    ...(cold !== undefined && { coldBelow: wholeNumber("cold-below", cold, 0) }),
  };
}

function toResult(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  prepared: HeldOutData,
  measured: Measured,
  { keys, rankingKeys }: WantedMetrics,
) {
  const { train, coldUserCount, unknownItemCount, split } = prepared;
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
    users: train.rowCount,
    items: train.columnCount,
    interactions: train.indices.length,
    test_users: measured.users,
    test_interactions: countAll(prepared.test.heldout.indices.length, prepared.test.unknownHeldout),
    cold_users: coldUserCount,
    unknown_items: unknownItemCount,
    ...(split && { split }),
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

type Result = ReturnType<typeof toResult> & { readonly cold_start?: ColdResult };

function toText(result: Result): string {
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
