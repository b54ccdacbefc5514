/**
 * How long a ping takes while a tuning job runs in the same local stack: in the thread that all Workers share with `--jobs 0`, else in
 * processes of its own.
 *
 * `node test/bench/ping.ts [--jobs N] [--parallel 4]` prints percentiles in milliseconds, and the seconds of the job.
 */
import { parseArgs } from "node:util";
import { defaultJobs } from "#scripts/stack/jobs.ts";
import { createWorld } from "../e2e/api-world.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";

const { values: options } = parseArgs({
  options: {
    jobs: { type: "string", default: String(defaultJobs()) },
    parallel: { type: "string", default: "4" },
  },
});
const stack = await startTestStack({ jobs: Number(options.jobs) });
try {
  const world = await createWorld(stack.url);
  const data = await world.upload(tasteCsv(1_000, 1_700, 100));
  const idle: number[] = [];
  for (let at = 0; at < 200; at++) idle.push(await ping());
  report("idle", idle);
  const startedAt = performance.now();
  const { id } = await world.startTuning(data.id, {
    ...{ n_trials: 30, n_tasks_parallel: Number(options.parallel), train_after_tuning: true },
  });
  let isOver = false;
  const ended = world.jobEnd(id).finally(() => {
    isOver = true;
  });
  const busy: number[] = [];
  while (!isOver) {
    busy.push(await ping());
    await new Promise((wake) => setTimeout(wake, 20));
  }
  report(`while 30 trials on ${data.report?.interactions} interactions ran`, busy);
  console.log(`the job took ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if ((await ended).status !== "COMPLETED") throw new Error("The job did not complete.");
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}

async function ping(): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${stack.url}/api/ping/`);
  await response.text();
  return performance.now() - startedAt;
}

function report(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  console.log(
    `${name}: n ${sorted.length}  p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  max ${at(1)} ms`,
  );
}
