/**
 * Reproduces the table of docs/benchmarks.md: full ranking without train items, users averaged. Public data are not part of the
 * project; pass the folder that holds them. Run: node test/bench/quality.ts DATA_DIR [--only NAME] [--set gowalla|ml-100k]
 */
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { GOWALLA_CASES, MOVIELENS_CASES } from "./quality-cases.ts";
import { type BenchData, readGowalla, readMovieLens } from "./quality-data.ts";
import { measureQuality, type QualityCase, type QualityRow } from "./quality-row.ts";

interface BenchSet {
  readonly title: string;
  readonly read: (folder: string) => BenchData;
  readonly cases: readonly QualityCase[];
  readonly cutoff: number;
}

const GARBAGE_MS = 200;

const SETS: Readonly<Record<string, BenchSet>> = {
  gowalla: { title: "Gowalla, LightGCN split", read: readGowalla, cases: GOWALLA_CASES, cutoff: 20 },
  "ml-100k": { title: "ML-100K, 20 % of each user", read: readMovieLens, cases: MOVIELENS_CASES, cutoff: 10 },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, set: { type: "string" } },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write("Usage: node test/bench/quality.ts DATA_DIR [--only NAME] [--set gowalla|ml-100k]\n");
  process.exit(2);
}

for (const [name, { title, read, cases, cutoff }] of Object.entries(SETS)) {
  const wanted = cases.filter(({ algorithm }) => values.only === undefined || algorithm === values.only);
  if (wanted.length === 0 || (values.set !== undefined && values.set !== name)) continue;
  const data = read(folder);
  print(
    `\n${title}: ${data.train.rowCount} × ${data.train.columnCount}, ${data.train.indices.length} interactions\n`,
  );
  print(
    `| algorithm | parameters | recall@${cutoff} | ndcg@${cutoff} | fit, CPU s | evaluate, CPU s | longest step, ms | stored, MB | fit memory, MB |`,
  );
  print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const one of wanted) {
    // Memory of the last fit is freed in the background; until then it would count as memory of the data.
    await setTimeout(GARBAGE_MS);
    print(toLine(measureQuality(one, data, cutoff)));
  }
}

function toLine(row: QualityRow): string {
  const params = Object.entries(row.params).map(([param, value]) => `${param} ${value}`);
  const figures = [
    row.recall.toFixed(4),
    row.ndcg.toFixed(4),
    row.fitSeconds.toFixed(1),
    row.evaluateSeconds.toFixed(1),
    row.longestStepMs.toFixed(0),
    row.storedMb.toFixed(1),
    row.fitMb.toFixed(0),
  ];
  return `| ${[row.algorithm, params.join(", ") || "defaults", ...figures].join(" | ")} |`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
