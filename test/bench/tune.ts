/**
 * The result of `edgewise tune` with its defaults on each public data set in the folder, compared with popularity. With
 * `--long N` it is also compared with a search of N trials. If a data set has a test part, the chosen winner is fitted on
 * the train part and measured on the test part.
 *
 * Run: node test/bench/tune.ts DATA_DIR [--set NAME] [--seeds 1,2,3] [--trials N] [--long N]
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TUNE_CASES, type TuneCase } from "./tune-cases.ts";

interface TuneResult {
  readonly best: {
    readonly algorithm: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly value: number;
  };
  readonly trials: readonly {
    readonly algorithm: string;
    readonly state: string;
    readonly value: number | null;
  }[];
  readonly blend: {
    readonly parts: readonly { readonly algorithm: string; readonly weight: number }[];
  } | null;
  readonly split: { readonly scheme: string; readonly heldout_ratio: number };
  readonly seconds: number;
}

const MAX_OUTPUT = 64e6;
const CLI = join(import.meta.dirname, "../../cli/edgewise.ts");

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: "string" },
    seeds: { type: "string", default: "1" },
    trials: { type: "string" },
    long: { type: "string" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write(
    "Usage: node test/bench/tune.ts DATA_DIR [--set NAME] [--seeds 1,2,3] [--trials N] [--long N]\n",
  );
  process.exit(2);
}

print(
  "| data | seed | split | popularity | best single | chosen | on validation | long search | on test | seconds |",
);
print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const one of TUNE_CASES) {
  if (values.set !== undefined && values.set !== one.name) continue;
  if (!existsSync(join(folder, one.file))) continue;
  for (const seed of values.seeds.split(",")) print(rowOf(one, folder, seed));
}

function rowOf(one: TuneCase, data: string, seed: string): string {
  const common = [...one.reading, "--cutoff", String(one.cutoff), "--seed", seed, "--json"];
  const source = ["--data", join(data, one.file), ...common];
  const trials = values.trials === undefined ? [] : ["--trials", values.trials];
  const tuned = run<TuneResult>(["tune", ...source, ...trials]);
  const long =
    values.long && run<TuneResult>(["tune", ...source, "--trials", values.long, "--pruner", "none"]);
  const { algorithm, params, value } = tuned.best;
  const single = tuned.trials.filter(({ state }) => state === "COMPLETE");
  const bestOf = (all: TuneResult["trials"]) => Math.max(...all.map((trial) => trial.value ?? 0));
  const parts = tuned.blend?.parts.map((part) => `${part.weight.toFixed(2)} ${part.algorithm}`).join(" + ");
  const cells = [
    `${one.name}, ndcg@${one.cutoff}`,
    seed,
    `${tuned.split.scheme} ${tuned.split.heldout_ratio}`,
    bestOf(single.filter((trial) => trial.algorithm === "TopPop")).toFixed(4),
    bestOf(single).toFixed(4),
    algorithm === "Blend" ? parts : algorithm,
    value.toFixed(4),
    long ? long.best.value.toFixed(4) : "–",
    one.test ? testFigures(one, data, { algorithm, params }) : "–",
    tuned.seconds.toFixed(0),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Recall and ndcg of the chosen configuration, fitted on the whole train part. */
function testFigures(
  { test, reading, cutoff }: TuneCase,
  data: string,
  { algorithm, params }: Pick<TuneResult["best"], "algorithm" | "params">,
): string {
  const files = test?.map((file, at) => [at === 0 ? "--train" : "--test", join(data, file)]) ?? [];
  const { metrics } = run<{ metrics: Record<string, number> }>([
    ...["evaluate", ...files.flat(), ...reading, "--cutoff", String(cutoff)],
    ...["--algorithm", algorithm, "--params", JSON.stringify(params), "--json"],
  ]);
  return ["recall", "ndcg"].map((metric) => metrics[`${metric}@${cutoff}`]?.toFixed(4)).join(" / ");
}

function run<Result>(args: readonly string[]): Result {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...args], {
    ...{ stdio: [...stdio], maxBuffer: MAX_OUTPUT, encoding: "utf8" },
  });
  if (status !== 0) throw new Error(`edgewise ${args.join(" ")} ended with status ${status}.`);
  return JSON.parse(stdout) as Result;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
