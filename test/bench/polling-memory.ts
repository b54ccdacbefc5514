/**
 * How the memory of a local stack grows while the dashboard's requests come in and nothing else happens.
 * `node test/bench/polling-memory.ts` prints megabytes of the Workers runtime after every 400 requests.
 */
import { createWorld } from "../e2e/api-world.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";
import { groupCpuSeconds, groupMemory } from "./process-memory.ts";

const ROUNDS = 7;
const POLLS_PER_ROUND = 100;

const stack = await startTestStack();
try {
  show("started");
  const { client, project, upload, startTuning, job, jobEnd, trials } = await createWorld(stack.url);
  const data = await upload(tasteCsv(120, 60, 20));
  const { id } = await startTuning(data.id, { n_trials: 12, train_after_tuning: true });
  await jobEnd(id);
  show("a job is over");
  const cpuBefore = groupCpuSeconds(stack.pid);
  /** What the page of a job asks for. */
  const poll = () =>
    Promise.all([
      job(id),
      trials(id),
      client.get(`task_log/?tuning_job_id=${id}&page_size=100`),
      client.get(`trained_model/?project=${project.id}`),
    ]);
  let requests = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let n = 0; n < POLLS_PER_ROUND; n++) requests += (await poll()).length;
    show(`${requests} requests, ${(groupCpuSeconds(stack.pid) - cpuBefore).toFixed(1)} s of the processor`);
  }
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}

function show(when: string): void {
  const runtime = groupMemory(stack.pid).find(({ name }) => name === "workerd");
  console.log(`${runtime?.mb.toFixed(0)} MB: ${when}`);
}
