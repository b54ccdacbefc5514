/** Jobs in processes of their own: the same figures as in one process, also when such a process or the stack's own is killed. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { Health } from "#contract/health.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { tasteCsv } from "./study-world.ts";

const START_TIMEOUT_MS = 300_000;
const TEST_TIMEOUT_MS = 600_000;
const POLL_MS = 20;
const STUDY = { n_trials: 8, n_tasks_parallel: 4, random_seed: 5, train_after_tuning: false };

let stack: TestStack;
let world: World;
let dataId: number;
/** What a study finds where its trials run one after the other, in the process of all Workers. */
let undisturbed: Awaited<ReturnType<typeof foundBy>>;

beforeAll(async () => {
  const plain = await startTestStack({ jobs: 0 });
  try {
    const own = await createWorld(plain.url);
    undisturbed = await foundBy(own, await startStudy(own, (await upload(own)).id));
  } finally {
    await plain.stop();
    removeState(plain.stateDir);
  }
  stack = await startTestStack({ jobs: 2 });
  world = await createWorld(stack.url);
  dataId = (await upload(world)).id;
}, START_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

const upload = (own: World) => own.upload(tasteCsv(400, 300, 25));

async function startStudy(own: World, data: number): Promise<number> {
  return (await own.startTuning(data, STUDY)).id;
}

/** What does not depend on clocks: the trials, the winner, its figures. */
async function foundBy(own: World, id: number) {
  const job = await own.jobEnd(id);
  const trials = await own.trials(id);
  const winner = await own.client.get<ModelConfigurationResponse>(`model_configuration/${job.best_config}/`);
  return {
    status: job.status,
    score: job.best_score,
    figures: job.final_metrics,
    winner: [winner.recommender_class_name, winner.parameters_json],
    trials: trials.map(({ number, algorithm, params, state, value, reports }) => ({
      ...{ number, algorithm, params, state, value, reports },
    })),
  };
}

/** The numbers of the compute processes that live. */
function computeProcesses({ stateDir }: TestStack): number[] {
  const files = [0, 1].map((place) => join(stateDir, `compute-${place}`)).filter(existsSync);
  return files.map((file) => Number(readFileSync(file, "utf8"))).filter(isAlive);
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(POLL_MS);
}

/** Waits until that many trials of a study are done and another one runs. */
async function trialsDone(id: number, count: number): Promise<void> {
  await waitFor(
    () => world.trials(id),
    (trials) =>
      trials.filter(({ state }) => state === "COMPLETE" || state === "PRUNED").length >= count &&
      trials.some(({ state }) => state === "RUNNING"),
  );
}

describe("a study on compute processes", { timeout: TEST_TIMEOUT_MS }, () => {
  it("finds to the last digit what it finds in one process", async () => {
    const id = await startStudy(world, dataId);
    await until(() => computeProcesses(stack).length === 2);
    expect(await foundBy(world, id)).toEqual(undisturbed);
  });

  it("finds the same when its compute processes are killed in the middle", async () => {
    const id = await startStudy(world, dataId);
    await trialsDone(id, 2);
    const killed = computeProcesses(stack);
    expect(killed.length).toBeGreaterThan(0);
    for (const pid of killed) process.kill(pid, "SIGKILL");
    await until(() => !killed.some(isAlive));
    expect(await foundBy(world, id)).toEqual(undisturbed);
    expect((await world.trials(id)).some(({ attempts }) => attempts > 1)).toBe(true);
  });

  it("finds the same when the stack's own process is killed in the middle", async () => {
    const id = await startStudy(world, dataId);
    await trialsDone(id, 2);
    const before = computeProcesses(stack);
    process.kill(Number(readFileSync(join(stack.stateDir, "runtime"), "utf8")), "SIGKILL");
    await until(() => !before.some(isAlive));
    await waitFor(
      () => world.job(id).catch(() => null),
      (job) => job !== null,
    );
    expect(await foundBy(world, id)).toEqual(undisturbed);
  });

  it("says that a process for jobs does not start and when one does again, and finds the same", async () => {
    await until(() => computeProcesses(stack).length === 0);
    const said = stack.printed().length;
    // Its number cannot be written, so it ends at once. The failed start removes the link, and the next one succeeds.
    symlinkSync(join(stack.stateDir, "nowhere", "number"), join(stack.stateDir, "compute-0"));
    const id = await startStudy(world, dataId);
    expect(await foundBy(world, id)).toEqual(undisturbed);
    const printed = stack.printed().slice(said);
    expect(printed).toMatch(
      /error: No process for jobs starts, so jobs wait: The Workers runtime did not start/,
    );
    expect(printed).toContain("A process for jobs has started.");
  });

  it("ends its processes when they have no work, and trains a model with new ones", async () => {
    await until(() => computeProcesses(stack).length === 0);
    const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
      ...{ project: world.project.id, name: "small", recommender_class_name: "IALSRecommender" },
      parameters_json: { n_components: 16, train_epochs: 2 },
    });
    const body = { configuration: configuration.id, data_loc: dataId };
    const { id } = await world.client.post<TrainedModelResponse>("trained_model/", body);
    expect(await world.modelEnd(id)).toMatchObject({ status: "READY", error: null });
  });

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "leaves none running after %s to the process that keeps the stack",
    async (signal) => {
      const own = await startTestStack({ jobs: 2 });
      try {
        const other = await createWorld(own.url);
        await startStudy(other, (await upload(other)).id);
        await until(() => computeProcesses(own).length === 2);
        const pids = computeProcesses(own);
        process.kill(own.pid, signal);
        await own.ended;
        await until(() => !pids.some(isAlive));
      } finally {
        removeState(own.stateDir);
      }
    },
  );

  it("says at /health while no process for jobs starts", async () => {
    await until(() => computeProcesses(stack).length === 0);
    const work = async () => {
      const response = await fetch(`${stack.url}/health`);
      return [response.status, ((await response.json()) as Health).checks.work];
    };
    expect(await work()).toEqual([200, "ok"]);
    // Folders in the places of the processes' numbers, which a failed start does not remove.
    const places = [0, 1].map((place) => join(stack.stateDir, `compute-${place}`));
    for (const place of places) mkdirSync(place);
    await world.startTuning(dataId, STUDY);
    await waitFor(work, ([, found]) => found === "failed");
    for (const place of places) rmdirSync(place);
    // The next message tries again.
    await upload(world);
    expect(await work()).toEqual([200, "ok"]);
  });
});
