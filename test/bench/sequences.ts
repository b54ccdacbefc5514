/**
 * The next item of people's histories and of sessions, beside published models: tunes on validation, fits the winner again, and measures
 * it on the test part. Protocols: docs/benchmarks.md. Prints the test metrics, the seconds of the last fit and of the whole, and the
 * microseconds of a query.
 *
 * `node test/bench/sequences.ts DATA [--only beauty,beauty-one-off,diginetica] [--trials 40] [--seed 1]`
 * where DATA is a folder with `beauty/sequences.tsv` and `diginetica/{train,test}.tsv`.
 *
 * `node test/bench/sequences.ts --scale 250000,500000,1000000,2000000 [--seed 1]` prints what the models cost on generated sessions.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printScale } from "./sequence-scale.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "beauty,beauty-one-off,diginetica" },
    trials: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    scale: { type: "string" },
  },
});
if (options.scale !== undefined) {
  await printScale(options.scale.split(",").map(Number), Number(options.seed));
  process.exit();
}
const folder = positionals[0];
if (!folder) throw new Error("Name the folder of the public data sets.");

const HISTORIES = [
  ...["--data", join(folder, "beauty/sequences.tsv"), "--format", "sequences", "--split", "next-item"],
  ...["--cutoff", "10", "--metric", "ndcg", "--metrics", "hit,ndcg"],
];
const STUDIES: Readonly<Record<string, readonly string[]>> = {
  beauty: HISTORIES,
  "beauty-one-off": [...HISTORIES, "--refit", "all-but-last"],
  diginetica: [
    ...["--train", join(folder, "diginetica/train.tsv"), "--test", join(folder, "diginetica/test.tsv")],
    ...["--format", "sessions", "--cutoff", "20", "--metric", "mrr", "--metrics", "hit,mrr"],
  ],
};

interface TuneResult {
  readonly best: { readonly algorithm: string };
  readonly blend: {
    readonly isBetter: boolean;
    readonly parts: readonly { algorithm: string; weight: number }[];
  };
  readonly seconds: number;
  readonly test: {
    readonly metrics: Readonly<Record<string, number>>;
    readonly users: number;
    readonly fit_seconds: number;
    readonly evaluate_seconds: number;
  };
}

console.log("| data | winner | test | fit, s | query, µs | study, s |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const name of options.only.split(",")) {
  const study = STUDIES[name];
  if (!study) throw new Error(`No such study: ${name}.`);
  const { best, blend, seconds, test } = tune(study);
  const winner =
    best.algorithm === "Blend"
      ? blend.parts.map(({ algorithm, weight }) => `${weight.toFixed(2)} ${algorithm}`).join(" + ")
      : best.algorithm;
  const metrics = Object.entries(test.metrics).map(([key, value]) => `${key} ${value.toFixed(4)}`);
  const query = (1e6 * test.evaluate_seconds) / test.users;
  const cells = [
    winner,
    metrics.join(", "),
    test.fit_seconds.toFixed(1),
    query.toFixed(0),
    seconds.toFixed(0),
  ];
  console.log(`| ${[name, ...cells].join(" | ")} |`);
}

function tune(study: readonly string[]): TuneResult {
  const args = [...study, "--trials", options.trials, "--seed", options.seed, "--json"];
  const run = spawnSync(process.execPath, ["cli/edgewise.ts", "tune", ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (run.status !== 0) throw new Error(`edgewise tune ended with ${run.status}.`);
  return JSON.parse(run.stdout) as TuneResult;
}
