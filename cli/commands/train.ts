import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import { withColumnsOf } from "../files/choose-columns.ts";
import { loadDataset } from "../files/load-dataset.ts";
import { loadTables } from "../files/load-features.ts";
import { writeModel } from "../files/model-file.ts";
import { KEY_OPTIONS, modelKeysOf } from "../files/model-keys.ts";
import { createNodeKernels } from "../files/node-kernels.ts";
import { algorithmNamed, paramsOf } from "../options/algorithm-options.ts";
import { parseOptions, required, wholeNumber } from "../options/command-line.ts";
import { DATA_OPTIONS, readSettingsOf } from "../options/data-options.ts";
import { FEATURE_OPTIONS, featureSettingsOf } from "../options/feature-options.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { createProgress } from "../terminal/progress.ts";
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
    const dataset = await loadDataset(path, settings, progress);
    const tables = await loadTables(dataset, featureSettingsOf(told), progress);
    const kernels = await createNodeKernels();
    const { userItems: train } = hasOrder ? withAges(dataset) : dataset;
    const order = hasOrder ? orderWithin(dataset) : {};
    const features = sideFeaturesOf(tables);
    const { model, seconds } = fitModel({
      algorithm,
      params,
      train,
      features,
      ...order,
      kernels,
      seed,
      progress,
    });
    const bytes = await writeModel(out, { model, dataset, tables, algorithm, params }, keys);
    progress.done(`Wrote ${out}.`);
    const result = {
      ...{ algorithm, params, out, bytes },
      ...{ users: dataset.users.size, items: dataset.items.size, interactions: train.indices.length },
      key_id: keys.signer.keyId,
      fit_seconds: Math.round(seconds * 1000) / 1000,
    };
    writeResult(io, values.json ?? false, result, () =>
      [
        `${algorithm} ${paramsText(params)}`,
        `${result.interactions} interactions of ${result.users} users with ${result.items} items, fitted in ${seconds.toFixed(1)} s.`,
        `${out}: ${(bytes / 1e6).toFixed(1)} MB, signed by key ${keys.signer.keyId}.`,
      ].join("\n"),
    );
  },
};
