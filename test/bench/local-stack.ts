/**
 * What `npm start` costs and serves: seconds to the first answer, memory of all its processes, predictions a second.
 *
 * `node test/bench/local-stack.ts [--from-nothing] [--seconds 10] [--callers 8] [--study]`
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import { ROOT } from "../../scripts/build/root.ts";
import { isEdgewise } from "../../scripts/local-stack.ts";
import { assertPortFree, waitUntilPortFree } from "../../scripts/stack/ports.ts";
import { createWorld, type World } from "../e2e/api-world.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { processTree } from "./process-tree.ts";

const USERS = 1_000;
const ITEMS = 2_000;
const ITEMS_PER_USER = 40;
const STUDY_TRIALS = 40;
const IDLE_MS = 10_000;
const GENERATED = ["dist/stack", "web/dist", "shared/engine/kernels/kernels.wasm"];

const { values: options } = parseArgs({
  options: {
    /** Removes what was built before, as in a fresh clone. */
    "from-nothing": { type: "boolean", default: false },
    /** Measures memory after a study, too. */
    study: { type: "boolean", default: false },
    seconds: { type: "string", default: "10" },
    callers: { type: "string", default: "8" },
    port: { type: "string", default: "8799" },
  },
});
const port = Number(options.port);
const url = `http://localhost:${port}`;
const stateDir = mkdtempSync(join(tmpdir(), "edgewise-bench-"));

if (options["from-nothing"]) {
  for (const path of GENERATED) rmSync(join(ROOT, path), { recursive: true, force: true });
  await withStack("from nothing", async () => undefined);
}
await withStack("first start on a new state folder", async () => undefined);
await withStack("start", async (pid) => {
  await pause(IDLE_MS);
  reportMemory("idle", pid);
  const world = await createWorld(url);
  const data = await world.upload(tasteCsv(USERS, ITEMS, ITEMS_PER_USER));
  await train(world, data.id);
  const key = await world.predictKey();
  await measureServing(world.project.id, key, 2);
  await measureServing(world.project.id, key, Number(options.seconds));
  reportMemory("after serving", pid);
  if (!options.study) return;
  await world.jobEnd((await world.startTuning(data.id, { n_trials: STUDY_TRIALS })).id);
  reportMemory(`after ${STUDY_TRIALS} trials`, pid);
});
rmSync(stateDir, { recursive: true, force: true });

async function withStack(name: string, work: (pid: number) => Promise<void>): Promise<void> {
  await assertPortFree(port);
  const startedAt = performance.now();
  const args = ["start", "--", "--port", String(port), "--state", stateDir];
  const child = spawn("npm", args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((done) => child.once("exit", done));
  try {
    while (!(await isEdgewise(url))) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}.`);
      await pause(20);
    }
    console.log(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(2)} s to the first answer`);
    await work(child.pid ?? 0);
  } finally {
    child.kill("SIGTERM");
    await ended;
    await waitUntilPortFree(port);
  }
}

function reportMemory(when: string, pid: number): void {
  const processes = processTree(pid);
  const sum = (name: "rssMb" | "pssMb") => processes.reduce((total, row) => total + row[name], 0);
  console.log(
    `${when}: ${sum("rssMb").toFixed(0)} MB resident, ${sum("pssMb").toFixed(0)} MB with shared pages counted once`,
  );
  for (const { command, rssMb } of processes) console.log(`  ${rssMb.toFixed(0).padStart(5)} MB  ${command}`);
}

async function train(world: World, dataId: number): Promise<void> {
  const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
    project: world.project.id,
    recommender_class_name: "IALSRecommender",
    parameters_json: { n_components: 64, train_epochs: 4 },
  });
  const body = { configuration: configuration.id, data_loc: dataId };
  await world.modelEnd((await world.client.post<TrainedModelResponse>("trained_model/", body)).id);
}

/** Callers that each ask again as soon as they are answered. */
async function measureServing(projectId: number, key: string, seconds: number): Promise<void> {
  const callers = Number(options.callers);
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const times: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const call = async (caller: number) => {
    for (let n = caller; performance.now() < endsAt; n += callers) {
      const askedAt = performance.now();
      await predict(agent, projectId, key, `u${n % USERS}`);
      times.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  agent.destroy();
  const took = (performance.now() - startedAt) / 1000;
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  console.log(
    `${callers} callers, ${ITEMS} items: ${(times.length / took).toFixed(0)} predictions a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
}

function predict(agent: Agent, projectId: number, key: string, userId: string): Promise<void> {
  const body = JSON.stringify({ user_id: userId, cutoff: 10 });
  const headers = { "X-API-Key": key, "Content-Type": "application/json", "Content-Length": body.length };
  const path = `/inference/predict/project/${projectId}`;
  return new Promise((done, failed) => {
    const call = request({ host: "127.0.0.1", port, path, method: "POST", headers, agent }, (response) => {
      if (response.statusCode !== 200) failed(new Error(`Status ${response.statusCode}.`));
      response.resume().once("end", done);
    });
    call.once("error", failed);
    call.end(body);
  });
}
