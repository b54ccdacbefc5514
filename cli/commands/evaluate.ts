import { dirname } from "node:path";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { COLD_SCHEMES } from "#engine/split/cold-split.ts";
import { NEXT_ITEM_SCHEMES, type SplitConfig } from "#engine/split/split-config.ts";
import { type BlocksChosen, chooseBlocks, type WantedFit } from "../blocks/choose-blocks.ts";
import { evaluateByBlocks } from "../blocks/evaluate-by-blocks.ts";
import { withWorkFolder } from "../blocks/work-folder.ts";
import { withColumnsOf } from "../files/choose-columns.ts";
import { loadDataset } from "../files/load-dataset.ts";
import { withFeatures } from "../files/load-features.ts";
import { createNodeKernels } from "../files/node-kernels.ts";
import { algorithmNamed, paramsOf } from "../options/algorithm-options.ts";
import { decimal, parseOptions, required, type Values, wholeNumber } from "../options/command-line.ts";
import { DATA_OPTIONS, type ReadSettings, readSettingsOf } from "../options/data-options.ts";
import { FEATURE_OPTIONS, featureSettingsOf } from "../options/feature-options.ts";
import { MEMORY_OPTIONS, memoryLimitsOf } from "../options/memory-options.ts";
import { type WantedMetrics, wantedMetrics } from "../options/metric-options.ts";
import { SPLIT_OPTIONS, splitConfigOf } from "../options/split-options.ts";
import { UsageError } from "../options/usage-error.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import { measure } from "../tune/measure.ts";
import { coldResult, measureColdStart } from "./cold-start.ts";
import { type Result, sizesOf, toResult, toText } from "./evaluation-result.ts";
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
  ...MEMORY_OPTIONS,
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
Intervals are 95 % bootstrap intervals over users. peak_memory_mb counts heap, buffers and kernels, in units of 2^20 bytes; by blocks it is the largest resident memory of the process.`,
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
    const config = splitConfigOf(values, settings);
    const fit = { settings, algorithm, params, limits: memoryLimitsOf(values) };
    if (values.data !== undefined && config !== null) {
      const asked = { ...fit, path: values.data, inOnePiece: onePieceReason(values) };
      const blocks = await chooseBlocks(asked);
      if (blocks) {
        const result = await measureInBlocks(asked, {
          config,
          wanted,
          seed,
          blocks,
          parent: values.work,
          progress,
        });
        writeResult(io, values.json ?? false, result, () => toText(result));
        return;
      }
    }
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
    const result = toResult(algorithm, params, sizesOf(prepared), measured, wanted);
    const cold = coldStart && { cold_start: coldResult(coldStart, wanted) };
    writeResult(io, values.json ?? false, { ...result, ...cold }, () => toText({ ...result, ...cold }));
  },
};

/** Why what is asked needs all data in one piece, as a sentence; null when blocks are enough. */
function onePieceReason(values: EvaluateValues): string | null {
  const { split, segments, "item-features": items, "user-features": users } = values;
  if (split !== "RG" && split !== "TU")
    return `--split ${split} needs all data in one piece; RG and TU do not.`;
  if (segments) return "--segments needs all data in one piece.";
  if (values["cold-start"] || items !== undefined || users !== undefined)
    return "New items and users are measured in one piece: leave out --cold-start and the tables.";
  return null;
}

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

interface AskedInBlocks {
  readonly config: SplitConfig;
  readonly wanted: WantedMetrics;
  readonly seed: number;
  readonly blocks: BlocksChosen;
  /** Of the folder for the files between tasks. */
  readonly parent: string | undefined;
  readonly progress: Progress;
}

async function measureInBlocks(
  { path, settings, algorithm, params, limits }: WantedFit,
  { config, wanted, seed, blocks, parent, progress }: AskedInBlocks,
): Promise<Result> {
  const { columns, rules, separator, keepsMissingWords, weightRule } = settings;
  const reading = { separator, keepsMissingWords, weightRule };
  const heldOut = { config, cutoffs: wanted.cutoffs, intervals: wanted.rankingKeys };
  progress.done(blocks.told);
  const measured = await withWorkFolder(parent ?? dirname(path), (folder) =>
    evaluateByBlocks({
      job: { path, columns, rules, sizes: blocks.sizes, reading, algorithm, params, seed, heldOut },
      ...{ folder, jobs: limits.jobs, progress },
    }),
  );
  progress.done(`Evaluated ${measured.measuredUsers} users.`);
  const {
    users,
    items,
    interactions,
    heldOutInteractions: testInteractions,
    coldUsers: coldUserCount,
  } = measured;
  const split = { ...config, seed, heldout_users: measured.heldOutUsers, heldout_from: null };
  const sizes = { users, items, interactions, testInteractions, coldUserCount, unknownItemCount: 0, split };
  // Threads share nothing, so the system knows what they take together.
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
  return toResult(
    algorithm,
    params,
    sizes,
    { ...measured, users: measured.measuredUsers, peakMemoryMb },
    wanted,
  );
}
