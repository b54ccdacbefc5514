/**
 * Studies of `edgewise tune` whose trials are measured on new items or new people: what the best trial and the blend reach, and in
 * how many seconds. Public data are not part of the project; pass the folder that holds them.
 *
 *   node test/bench/features/cold-studies.ts DATA_DIR [--data ml-latest-small,ml-100k] [--splits cold-items,cold-users]
 *        [--trials 16] [--seed 42]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type RawData, readMovieLens100k, readMovieLensSmall, type Table } from "./feature-data.ts";

const SETS: Readonly<Record<string, (folder: string) => RawData>> = {
  "ml-latest-small": readMovieLensSmall,
  "ml-100k": readMovieLens100k,
};
const COMMAND = resolve(import.meta.dirname, "../../../cli/edgewise.ts");

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: Object.keys(SETS).join(",") },
    splits: { type: "string", default: "cold-items,cold-users" },
    trials: { type: "string", default: "16" },
    seed: { type: "string", default: "42" },
  },
});
const [folder] = positionals;
const sets = values.data.split(",");
const unknown = sets.find((name) => !(name in SETS));
if (folder === undefined || unknown !== undefined) {
  process.stderr.write(
    `${unknown === undefined ? "" : `"${unknown}" is not known. `}Usage: node test/bench/features/cold-studies.ts DATA_DIR ` +
      `[--data ${Object.keys(SETS).join(",")}] [--splits cold-items,cold-users] [--trials 16] [--seed 42]\n`,
  );
  process.exit(2);
}

/** The part of the command's answer that is shown. */
interface Answer {
  readonly best: { readonly algorithm: string; readonly value: number };
  readonly trials: readonly {
    readonly algorithm: string;
    readonly value: number | null;
    readonly seconds: number;
  }[];
  readonly seconds: number;
}

process.stdout.write(
  "| data | split | best | ndcg@10 | slowest trial, s | the study, s |\n| --- | --- | --- | --- | --- | --- |\n",
);
for (const name of sets) {
  const data = (SETS[name] as (typeof SETS)[string])(folder);
  const files = mkdtempSync(join(tmpdir(), "edgewise-cold-studies-"));
  try {
    const tables = writeData(data, files);
    for (const split of values.splits.split(",")) {
      // Nothing is known of new people without a table.
      if (split === "cold-items" || data.users) showRow(name, split, study(tables, split));
    }
  } finally {
    rmSync(files, { recursive: true });
  }
}

/** @returns The command's options that name the files. */
function writeData({ interactions, items, users }: RawData, files: string): string[] {
  const rows = interactions.map(({ user, item, weight, time }) => `${user},${item},${weight},${time}`);
  writeFileSync(join(files, "rows.csv"), ["user,item,weight,time", ...rows].join("\n"));
  const table = (option: string, rowsById: Table) => {
    const path = join(files, `${option}.ndjson`);
    const lines = [...rowsById].map(([id, row]) => JSON.stringify({ id, ...row }));
    writeFileSync(path, lines.join("\n"));
    return [`--${option}`, path, `--${option}-id`, "id"];
  };
  return [
    ...["--data", join(files, "rows.csv"), "--user-column", "user", "--item-column", "item"],
    ...["--weight-column", "weight", "--time-column", "time"],
    ...table("item-features", items),
    ...(users ? table("user-features", users) : []),
  ];
}

function study(tables: readonly string[], split: string): Answer {
  const args = [
    COMMAND,
    "tune",
    ...tables,
    "--split",
    split,
    "--trials",
    values.trials,
    "--seed",
    values.seed,
    "--json",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`edgewise tune --split ${split} failed:\n${stderr}`);
  return JSON.parse(stdout) as Answer;
}

function showRow(name: string, split: string, { best, trials, seconds }: Answer): void {
  const slowest = trials.reduce((most, trial) => (trial.seconds > most.seconds ? trial : most));
  const cells = [
    ...[name, split, best.algorithm, best.value.toFixed(4)],
    ...[`${slowest.seconds.toFixed(1)} (${slowest.algorithm})`, seconds.toFixed(1)],
  ];
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}
