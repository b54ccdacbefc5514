/**
 * A split, fits and evaluations by blocks on generated data in the manner of MovieLens-20M, with objects on disk and a task at a time on each thread. Run:
 * node test/bench/scale/fits.ts [--millions 1,5,20] [--only IALS] [--jobs 2] [--folder DIR]. What a run leaves in the folder serves the
 * next one.
 */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { createNodeKernels } from "#cli/files/node-kernels.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { storeMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import { diskObjects } from "./disk-objects.ts";
import { requireWithin } from "./message-limits.ts";
import { openWork, WORK_NAMES, type WorkName } from "./work.ts";
import type { TaskReport } from "./work-thread.ts";
import { zipfInteractions } from "./zipf-interactions.ts";

/** MovieLens-20M: people and items per million interactions are its own. */
const USERS_PER_MILLION = 6_900;
const ITEMS_AT_20_MILLION = 27_000;

const { values } = parseArgs({
  options: {
    millions: { type: "string", default: "1,5,20" },
    only: { type: "string" },
    jobs: { type: "string", default: "2" },
    folder: { type: "string", default: join(tmpdir(), "edgewise-scale") },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const names = WORK_NAMES.filter((name) => !values.only || values.only === name);

print("| data | work | seconds | CPU s | tasks | longest task, CPU s | peak, MB | reads | writes |");
print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const millions of values.millions.split(",").map(Number)) {
  const folder = join(values.folder, `${millions}`);
  if (!existsSync(join(folder, "data/items/blocks"))) await generate(folder, millions);
  for (const name of names) await measure(folder, millions, name);
}

/** Catalogues grow with the square root of the interactions. */
async function generate(folder: string, millions: number): Promise<void> {
  const userItems = zipfInteractions({
    userCount: Math.round(USERS_PER_MILLION * millions),
    itemCount: Math.round(ITEMS_AT_20_MILLION * Math.sqrt(millions / 20)),
    interactionCount: 1e6 * millions,
    seed: 20,
  });
  const data = blockedDatasetFrom({ userItems });
  const store = diskObjects(`${folder}/data`);
  await storeMatrix(store, "users", data.userItems);
  await storeMatrix(store, "items", data.itemUsers);
}

async function measure(folder: string, millions: number, name: WorkName): Promise<void> {
  await rm(join(folder, name), { recursive: true, force: true });
  const kernels = await createNodeKernels();
  const { stages } = await openWork(folder, name, {
    kernels,
    store: (store) => store,
    breathe: async () => {},
  });
  const threads = Array.from({ length: Number(values.jobs) }, () => {
    const url = new URL("./work-thread.ts", import.meta.url);
    return new Worker(url, { workerData: { folder, name } });
  });
  await Promise.all(threads.map((thread) => once(thread, "message")));
  const start = performance.now();
  const reports: TaskReport[] = [];
  for (const [stage, { name: title, taskCount }] of stages.entries()) {
    const before = reports.length;
    let next = 0;
    const work = async (thread: Worker) => {
      while (next < taskCount) {
        thread.postMessage({ stage, task: next++ });
        const [report] = (await once(thread, "message")) as [TaskReport];
        reports.push(report);
      }
    };
    await Promise.all(threads.map(work));
    process.stderr.write(`${name} ${title}: ${line(reports.slice(before))}\n`);
  }
  const seconds = (performance.now() - start) / 1000;
  print(`| ${millions} M | ${name} | ${seconds.toFixed(0)} | ${line(reports)} |`);
  await Promise.all(threads.map((thread) => thread.terminate()));
  requireWithin(reports.map(({ cpuSeconds, peakMb }) => ({ name, cpuSeconds, mb: peakMb })));
}

function line(reports: readonly TaskReport[]): string {
  const sum = (read: (report: TaskReport) => number) =>
    reports.reduce((total, report) => total + read(report), 0);
  const most = (read: (report: TaskReport) => number) => Math.max(...reports.map(read));
  return [
    sum(({ cpuSeconds }) => cpuSeconds).toFixed(1),
    reports.length,
    most(({ cpuSeconds }) => cpuSeconds).toFixed(1),
    most(({ peakMb }) => peakMb).toFixed(0),
    sum(({ gets }) => gets),
    sum(({ puts }) => puts),
  ].join(" | ");
}
