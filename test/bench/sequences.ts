/**
 * The next item of people's histories and of sessions, beside published models: tunes on validation, fits the winner again, and measures
 * it on the test part. Protocols: docs/benchmarks.md. Prints the test metrics, the seconds of the last fit and of the whole, and the
 * microseconds of a query.
 *
 * `node test/bench/sequences.ts DATA [--only beauty,beauty-one-off,diginetica] [--trials 40] [--seed 1]`
 * where DATA is a folder with `beauty/sequences.tsv` and `diginetica/{train,test}.tsv`. Other names, which starting points do not come from:
 * `ml-100k` (ratings as histories), `ml-100k-sessions` (cut at pauses of 45 s, 20 steps at most) and `beauty-sessions` (at pauses of 20 days);
 * they need `ml-100k/u.data`.
 *
 * `node test/bench/sequences.ts --scale 250000,500000,1000000,2000000 [--seed 1]` prints what the models cost on generated sessions.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { boughtBeauty, ratedFilms, writeHistories, writeSessions } from "./sequence-cuts.ts";
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

const histories = (path: string) => [
  ...["--data", path, "--format", "sequences", "--split", "next-item"],
  ...["--cutoff", "10", "--metric", "ndcg", "--metrics", "hit,ndcg"],
];
const sessions = ({ train, test }: { train: string; test: string }) => [
  ...["--train", train, "--test", test],
  ...["--format", "sessions", "--cutoff", "20", "--metric", "mrr", "--metrics", "hit,mrr"],
];
const beauty = histories(join(folder, "beauty/sequences.tsv"));
const made = mkdtempSync(join(tmpdir(), "edgewise-sequences-"));
process.on("exit", () => rmSync(made, { recursive: true, force: true }));
/** The arguments of `edgewise tune`, by name. */
const STUDIES: Readonly<Record<string, () => readonly string[]>> = {
  beauty: () => beauty,
  "beauty-one-off": () => [...beauty, "--refit", "all-but-last"],
  diginetica: () =>
    sessions({ train: join(folder, "diginetica/train.tsv"), test: join(folder, "diginetica/test.tsv") }),
  "ml-100k": () => histories(writeHistories(ratedFilms(folder), join(made, "histories.tsv"))),
  "ml-100k-sessions": () =>
    sessions(writeSessions(ratedFilms(folder), { pauseSeconds: 45, most: 20, folder: made })),
  "beauty-sessions": () =>
    sessions(writeSessions(boughtBeauty(folder), { pauseSeconds: 20 * 86_400, most: 1000, folder: made })),
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
  const { best, blend, seconds, test } = tune(study());
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
