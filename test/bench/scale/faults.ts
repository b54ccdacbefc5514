/**
 * Reads made ratings in stages while workers, messages and the coordinator fail at random, and compares each dataset with that of a run in which
 * nothing fails. All in memory, in this process.
 *
 * `node test/bench/scale/faults.ts [--rows 5000000] [--runs 3]`
 */
import { parseArgs } from "node:util";
import type { IngestionSpec } from "#jobs/ingestion-job.ts";
import { datasetKey } from "#storage/keys.ts";
import { hexOfOne, ingestionCase } from "../../workers/trainer/work/faulty-cases.ts";
import { FaultyStages, NO_FAULTS, USUAL_FAULTS } from "../../workers/trainer/work/faulty-stages.ts";
import type { Objects } from "../../workers/trainer/work/memory-bucket.ts";
import { madeRatings, shapeOf } from "./made-ratings.ts";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "5000000" }, runs: { type: "string", default: "3" } },
});

const FILE = "projects/1/uploads/file";
const SPEC: IngestionSpec = {
  ...{ source: "training_data", rowId: 1, projectId: 1, fileKey: FILE, fileName: "ratings.csv" },
  artifactKey: datasetKey(1, 1),
  columns: { user: "userId", item: "movieId", weight: "rating", time: "timestamp" },
};
const ISOLATE_BYTES = 500 * 2 ** 20;

function fileOf(rows: number): Uint8Array {
  const parts = [...madeRatings(shapeOf(rows))].map((text) => Buffer.from(text));
  return new Uint8Array(Buffer.concat(parts));
}

async function run(file: Uint8Array, seed: number): Promise<string> {
  const objects: Objects = new Map([[FILE, file]]);
  const faults = seed === 0 ? NO_FAULTS : USUAL_FAULTS;
  const stages = new FaultyStages(ingestionCase(SPEC, ISOLATE_BYTES), { objects, seed, faults });
  const before = process.cpuUsage();
  await stages.toEnd();
  const { user, system } = process.cpuUsage(before);
  const { task } = stages.state;
  const hash = await hexOfOne(objects, SPEC.artifactKey);
  const left = [...objects.keys()].filter((key) => key !== FILE && key !== SPEC.artifactKey);
  const what = Object.entries(stages.counts).map(([name, count]) => `${name} ${count}`);
  console.log(
    `seed ${seed}: ${task.phase} ${task.lastError ?? ""}, ${left.length} objects left, dataset ${hash.slice(0, 16)}, ${((user + system) / 1e6).toFixed(0)} s of CPU; ${what.join(", ")}`,
  );
  if (task.phase !== "done" || left.length > 0) process.exitCode = 1;
  return hash;
}

const file = fileOf(Number(options.rows));
const expected = await run(file, 0);
for (let seed = 1; seed <= Number(options.runs); seed++) {
  if ((await run(file, seed)) !== expected) {
    console.log(`seed ${seed}: the dataset is another one`);
    process.exitCode = 1;
  }
}
