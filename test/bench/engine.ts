/**
 * Cost of fits per million interactions, the most memory that the engine held, and how long its pieces of work are. Each fit runs in a
 * process of its own, so that nothing is left over from the one before.
 *
 * Run: node test/bench/engine.ts [DATA_DIR] [--only NAME] [--millions 0.1,1,5] (after `npm run build:wasm`). With the folder that
 * holds the public data, Gowalla is measured too.
 */
import { spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { CsrMatrix } from "../../shared/engine/data/csr-matrix.ts";
import { createRandom } from "../../shared/engine/random.ts";
import { BENCH_FITS, type BenchFit } from "./engine-fits.ts";
import { type MeasuredFit, measureFit } from "./measure-fit.ts";
import { readGowalla } from "./quality-data.ts";

const SELF = fileURLToPath(import.meta.url);
const ITEM_COUNT = 40_000;
const MEAN_PROFILE = 60;
const GARBAGE_MS = 200;

/** A number of interactions in millions, or a folder of public data. */
type Source = number | string;

/** Users of about 60 interactions, few of them much more active; a third of all interactions go to one percent of the items. */
function generate(entryCount: number): CsrMatrix {
  const random = createRandom(1);
  const userCount = Math.round(entryCount / MEAN_PROFILE);
  const indptr = new Uint32Array(userCount + 1);
  const indices = new Uint32Array(Math.ceil(1.2 * entryCount));
  let length = 0;
  for (let user = 0; user < userCount; user++) {
    const wanted = Math.min(400, Math.ceil(0.72 * MEAN_PROFILE * random.next() ** -0.4));
    const items = new Set<number>();
    for (let draw = 0; draw < wanted && length + items.size < indices.length; draw++) {
      items.add(Math.floor(ITEM_COUNT * random.next() ** 4));
    }
    for (const item of Uint32Array.from(items).sort()) indices[length++] = item;
    indptr[user + 1] = length;
  }
  const values = new Float32Array(length).fill(1);
  return { rowCount: userCount, columnCount: ITEM_COUNT, indptr, indices: indices.slice(0, length), values };
}

function matrixOf(source: Source): CsrMatrix {
  return typeof source === "number" ? generate(1e6 * source) : readGowalla(source).train;
}

function measureApart(fit: BenchFit, source: Source): MeasuredFit {
  const child = spawnSync(process.execPath, [SELF, JSON.stringify({ fit, source })], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as MeasuredFit;
}

function toLine({ algorithm, params }: BenchFit, source: Source, measured: MeasuredFit): string {
  const { seconds, peakMb, dataMb, estimate, beginMs, longestStepMs, longestStep, steps, modelMs, encodeMs } =
    measured;
  const size = typeof source === "number" ? `${source} M` : "Gowalla";
  const figures = [
    `${seconds.toFixed(2)} s`,
    `peak ${peakMb.toFixed(0)} MB (data ${dataMb.toFixed(0)})`,
    `estimated ${estimate.seconds.toFixed(1)} s, ${estimate.fitMb.toFixed(0)} MB, ratio ${(estimate.fitMb / peakMb).toFixed(2)}`,
    `begin ${beginMs.toFixed(0)}`,
    `longest step ${longestStepMs.toFixed(0)} (${longestStep} of ${steps})`,
    `model ${modelMs.toFixed(0)}`,
    `encode ${encodeMs.toFixed(0)} ms`,
  ];
  return `${`${algorithm}, ${size}`.padEnd(32)} ${figures.join(" · ")} ${JSON.stringify(params)}`;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, millions: { type: "string", default: "0.1,1,5" } },
});
const [argument] = positionals;
if (argument?.startsWith("{")) {
  const { fit, source } = JSON.parse(argument) as { fit: BenchFit; source: Source };
  const matrix = matrixOf(source);
  // Memory from making the data is freed in the background; it would distort the figure of the fit.
  await setTimeout(GARBAGE_MS);
  process.stdout.write(JSON.stringify(measureFit(fit, matrix)));
} else {
  const sources: Source[] = values.millions === "" ? [] : values.millions.split(",").map(Number);
  if (argument !== undefined) sources.push(argument);
  for (const fit of BENCH_FITS.filter(({ algorithm }) => !values.only || algorithm === values.only)) {
    for (const source of sources) {
      process.stdout.write(`${toLine(fit, source, measureApart(fit, source))}\n`);
    }
  }
}
