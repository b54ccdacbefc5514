import { dirname } from "node:path";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import { type BlocksChosen, chooseBlocks } from "../blocks/choose-blocks.ts";
import { trainByBlocks } from "../blocks/train-by-blocks.ts";
import { withWorkFolder } from "../blocks/work-folder.ts";
import { withColumnsOf } from "../files/choose-columns.ts";
import { loadDataset } from "../files/load-dataset.ts";
import { loadTables } from "../files/load-features.ts";
import { writeModel } from "../files/model-file.ts";
import { KEY_OPTIONS, type ModelKeys, modelKeysOf } from "../files/model-keys.ts";
import { createNodeKernels } from "../files/node-kernels.ts";
import { algorithmNamed, paramsOf } from "../options/algorithm-options.ts";
import { parseOptions, required, wholeNumber } from "../options/command-line.ts";
import { DATA_OPTIONS, type ReadSettings, readSettingsOf } from "../options/data-options.ts";
import { FEATURE_OPTIONS, type FeatureSettings, featureSettingsOf } from "../options/feature-options.ts";
import { MEMORY_OPTIONS, type MemoryLimits, memoryLimitsOf } from "../options/memory-options.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import { paramsText } from "../terminal/text-table.ts";
import { fitModel } from "../tune/measure.ts";

const OPTIONS = {
  data: { type: "string", value: "FILE", help: "interactions to fit on" },
  ...DATA_OPTIONS,
  ...FEATURE_OPTIONS,
  algorithm: { type: "string", value: "NAME", help: "e.g. IALS; irspack's class names also work" },
  params: { type: "string", value: "JSON", help: "its parameters, as tune prints them" },
  out: { type: "string", value: "FILE", help: "where to write the model, e.g. model.edgewise" },
  seed: { type: "string", value: "42", help: "the same seed and data give the same file" },
  ...MEMORY_OPTIONS,
  ...KEY_OPTIONS,
  json: { type: "boolean", help: "print one JSON object" },
} as const;

export const trainCommand: Command = {
  name: "train",
  summary: "fit a model on all of a file and write a signed model file",
  usage: "--data FILE --algorithm NAME --out FILE [options]",
  options: OPTIONS,
  async run(args, io) {
    const values = parseOptions(args, OPTIONS);
    const progress = createProgress(io.stderr);
    const algorithm = algorithmNamed(required("algorithm", values.algorithm));
    const params = paramsOf(algorithm, values.params);
    const out = required("out", values.out);
    const path = required("data", values.data);
    const seed = wholeNumber("seed", values.seed ?? "42", 0);
    const hasOrder = needsAges(algorithm, params);
    const told = await withColumnsOf(values, path, progress);
    const settings = { ...readSettingsOf(told), keepsSequences: hasOrder };
    const keys = modelKeysOf(io.env, values["unsigned-key"] ?? false);
    const limits = memoryLimitsOf(values);
    const tables = featureSettingsOf(told);
    const wanted = { path, settings, algorithm, params, seed, out, keys, tables, progress };
    const blocks = await chooseBlocks({ path, settings, algorithm, params, limits });
    const trained = blocks
      ? await inBlocks(wanted, blocks, limits, values.work ?? dirname(out))
      : await inOnePiece(wanted);
    progress.done(`Wrote ${out}.`);
    const { seconds, ...counts } = trained;
    const result = {
      ...{ algorithm, params, out, ...counts },
      key_id: keys.signer.keyId,
      by_blocks: blocks !== null,
      fit_seconds: Math.round(seconds * 1000) / 1000,
    };
    writeResult(io, values.json ?? false, result, () =>
      [
        `${algorithm} ${paramsText(params)}`,
        `${counts.interactions} interactions of ${counts.users} users with ${counts.items} items, fitted in ${seconds.toFixed(1)} s.`,
        `${out}: ${(counts.bytes / 1e6).toFixed(1)} MB, signed by key ${keys.signer.keyId}.`,
      ].join("\n"),
    );
  },
};

interface WantedModel {
  readonly path: string;
  readonly settings: ReadSettings;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly seed: number;
  readonly out: string;
  readonly keys: ModelKeys;
  readonly tables: FeatureSettings;
  readonly progress: Progress;
}

/** What was trained on, the length of the file, and the seconds of the fit. */
interface TrainedModel {
  readonly bytes: number;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly seconds: number;
}

async function inOnePiece(wanted: WantedModel): Promise<TrainedModel> {
  const { path, settings, algorithm, params, seed, out, keys, progress } = wanted;
  const hasOrder = needsAges(algorithm, params);
  const dataset = await loadDataset(path, settings, progress);
  const tables = await loadTables(dataset, wanted.tables, progress);
  const kernels = await createNodeKernels();
  const { userItems: train } = hasOrder ? withAges(dataset) : dataset;
  const order = hasOrder ? orderWithin(dataset) : {};
  const features = sideFeaturesOf(tables);
  const input = { algorithm, params, train, features, ...order, kernels, seed, progress };
  const { model, seconds } = fitModel(input);
  const bytes = await writeModel(out, { model, dataset, tables, algorithm, params }, keys);
  const interactions = train.indices.length;
  return { bytes, users: dataset.users.size, items: dataset.items.size, interactions, seconds };
}

function inBlocks(
  wanted: WantedModel,
  { sizes, told }: BlocksChosen,
  { jobs }: MemoryLimits,
  parent: string,
): Promise<TrainedModel> {
  const { path, settings, algorithm, params, seed, out, keys, progress } = wanted;
  const { columns, rules, separator, keepsMissingWords, weightRule } = settings;
  const reading = { separator, keepsMissingWords, weightRule };
  progress.done(told);
  return withWorkFolder(parent, (folder) =>
    trainByBlocks({
      job: { path, columns, rules, sizes, reading, algorithm, params, seed },
      ...{ folder, jobs, out, keys, progress },
      loadTables: (ids) => loadTables(ids, wanted.tables, progress),
    }),
  );
}
