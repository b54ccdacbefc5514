/**
 * A simulation of an ingestion on Cloudflare Queues: 250 consumers with ramp, latency and lost messages. Prints minutes and dollars by the number of rows, and
 * the minutes of the estimate's formula.
 *
 * `node test/bench/queue-model.ts [--rows 20000000,100000000,1000000000] [--seed 1]`
 *
 * Assumptions, from the platform's documents where they say something:
 * - a file whose rows fit an isolate is one message, as on the platform
 * - a batch is one message; a consumer is added only when a batch ends, one for each that ends, up to 250; a stage begins with the consumers of the one
 *   before it, for they stay while messages wait
 * - a message waits 100 ms to 1 s until it is delivered, evenly spread; the coordinator takes 20 ms for each report, one after another
 * - one message in a thousand is lost with its worker, and is done again after 20 s, when its claim ends
 * - processor time, reads and writes are those of the estimate, which `test/bench/scale/estimate.ts` holds against measured ones; a task takes twice its
 *   processor time, for R2
 */
import { parseArgs } from "node:util";
import { createRandom } from "#engine/random.ts";
import { uploadStages } from "#engine/scale/estimate/estimate-upload.ts";
import { dollarsOf, estimateStages } from "#engine/scale/estimate/stages-estimate.ts";
import { endsOf } from "./queue-simulation.ts";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "20000000,100000000,1000000000" },
    seed: { type: "string", default: "1" },
  },
});

const ROW_BYTES = 24;
/** The default of `EDGEWISE_ISOLATE_FILE_BYTES`. */
const ISOLATE_FILE_BYTES = 500_000_000;

function print(rows: number): void {
  const file = { bytes: rows * ROW_BYTES, rowBytes: ROW_BYTES, hasTimes: true };
  const { stages } = uploadStages({ ...file, hasQuotes: false, dropsRows: false }, ISOLATE_FILE_BYTES);
  const ends = endsOf(stages, createRandom(Number(options.seed)));
  const estimate = estimateStages(stages);
  const minutes = (ends.at(-1) ?? 0) / 60_000;
  console.log(
    `${rows / 1e6} M rows: ${estimate.messages} messages, ${minutes.toFixed(1)} minutes (by the formula ${estimate.minutes.toFixed(1)}), $${estimate.dollars.toFixed(4)}`,
  );
  const parts = Object.entries(dollarsOf(estimate)).map(([name, part]) => `${name} ${part.toFixed(4)}`);
  console.log(`  $: ${parts.join(", ")}`);
  console.log(
    `  ends of stages, s: ${ends.map((end, at) => `${stages[at]?.name} ${(end / 1000).toFixed(0)}`).join(", ")}`,
  );
  console.log(`  longest message: ${estimate.longestSeconds.toFixed(1)} s of processor time`);
}

for (const rows of options.rows.split(",").map(Number)) print(rows);
