/** A study whose dataset no isolate holds: it is planned, and its trials run, on a sample of users. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import type { JobMessage } from "#jobs/messages.ts";
import type { StudyEffect, StudyEvent } from "#jobs/study-job.ts";
import { StudyChooser } from "#services/tuning/study-policy.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import { measuringPrefix, studyPrefix, studySampleKey } from "#storage/keys.ts";
import { consume } from "#trainer/consume.ts";
import { plan } from "#trainer/consumers/plan.ts";
import { trial } from "#trainer/consumers/trial.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { madeDataset } from "../../../shared/engine/scale/made-dataset.ts";
import { StudyRun, studySpec } from "../../core/jobs/study-fixture.ts";

const SAMPLE = studySampleKey(1, 7);

async function world(isolateFileBytes: number, overrides: Parameters<typeof studySpec>[0]) {
  const spec = studySpec({ sample: { key: SAMPLE, seed: 42 }, trialCount: 2, ...overrides });
  await env.STORE.delete(SAMPLE);
  const artifacts = createArtifactStore(env.STORE, () => createArtifactKeyRing(["s".repeat(32)]));
  const sections = datasetSections(madeDataset({ users: 400, items: 60, density: 0.2 }), 20_000);
  const meta = { project_id: 1, data_id: 3 };
  await artifacts.put(spec.datasetKey, { kind: DATASET_KIND, meta, sections });
  const run = new StudyRun(spec, new StudyChooser(), null);
  const { STORE } = env;
  const effects = { artifacts, isolateFileBytes, now: () => 0, pause: async () => undefined };
  const deps = {
    ...{ artifacts, isolateFileBytes, datasets: createDatasets(effects), measuredUsers: 100 },
    ...{ store: STORE, files: { put: STORE.put.bind(STORE), delete: STORE.delete.bind(STORE) } },
    kernels: createKernelPool(createScalarKernels),
    study: () => ({ handle: async (event: StudyEvent) => run.tell(event) }),
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
  } as unknown as TrainerDeps;
  return { deps, run };
}

const planned = { v: 1, kind: "plan", jobId: 7 } as const;
const first = { v: 1, kind: "trial", jobId: 7, trial: 0 } as const;

describe("a study past one isolate", () => {
  it("tries on a sample of users what can be trained on all of them, and says so", async () => {
    const { deps, run } = await world(20_000, { algorithms: null });
    await plan(deps, planned);
    const said = run.effects.flatMap((effect) => (effect.type === "log" ? effect.message : []));
    expect(said.join(" ")).toMatch(
      /The data do not fit one isolate: trials use \d+ of 400 users\. A model with the best settings learns from all data\./,
    );
    expect([...(run.current.plan?.algorithms ?? [])].sort()).toEqual(["DegreeKNN", "IALS", "TopPop"]);
    const sample = (await env.STORE.head(SAMPLE))?.uploaded;
    await trial(deps, first);
    expect(run.current.trials[0]?.outcome?.state).toBe("COMPLETE");
    expect((await env.STORE.head(SAMPLE))?.uploaded).toEqual(sample);
  });

  it("is refused with the reason if no named algorithm can be trained on all of them", async () => {
    const { deps, run } = await world(20_000, { algorithms: ["DenseSLIM"] });
    await plan(deps, planned);
    expect(run.current.phase).toBe("failed");
    expect(run.current.error).toContain("DenseSLIM needs all data in one isolate");
  });

  it("takes its sample with the first trial where it measures one configuration", async () => {
    const fixed = { algorithm: "TopPop", params: {} } as const;
    const { deps, run } = await world(20_000, { fixed, trialCount: 1 });
    await trial(deps, first);
    expect(run.current.trials[0]?.outcome?.state).toBe("COMPLETE");
    expect(await env.STORE.head(SAMPLE)).not.toBeNull();
  });

  it("takes none where an isolate holds the dataset", async () => {
    const { deps, run } = await world(1e9, { algorithms: ["IALS"] });
    await plan(deps, planned);
    expect(run.current.phase).toBe("searching");
    expect(await env.STORE.head(SAMPLE)).toBeNull();
  });

  it("measures its best trials and its winner on all of them, and leaves only its sample", async () => {
    const { deps, run } = await world(20_000, { algorithms: ["DegreeKNN"] });
    const messages: JobMessage[] = [planned];
    const said: string[] = [];
    const send = async (effect: StudyEffect) => {
      if (effect.type === "log") said.push(effect.message);
      if (effect.type === "send-trial") messages.push({ v: 1, kind: "trial", jobId: 7, trial: effect.trial });
      if (effect.type === "send-work") messages.push({ v: 1, jobId: 7, ...effect.work });
      if (effect.type === "clean-measuring")
        await deletePrefix(env.STORE, measuringPrefix(1, 7, effect.part));
      if (effect.type !== "send-measuring") return;
      const { part, stage, tasks } = effect;
      for (const task of tasks) messages.push({ v: 1, kind: "measuring-task", jobId: 7, part, stage, task });
    };
    const tell = async (event: StudyEvent) => {
      const reply = run.tell(event);
      for (const effect of run.effects) await send(effect);
      return reply;
    };
    const told = { ...deps, study: () => ({ handle: tell }) } as unknown as TrainerDeps;
    for (let message = messages.shift(); message; message = messages.shift()) {
      // Each message comes twice.
      await consume(told, message);
      await consume(told, message);
    }
    expect(run.current.error).toBeNull();
    expect(run.current.phase).toBe("completed");
    const { finalResult, trials } = run.current;
    expect(finalResult?.measured_on).toEqual({ data: "all", users: 100, of_users: 400 });
    expect(finalResult?.of_sample?.users).toBeLessThan(400);
    expect(finalResult?.intervals?.winner["ndcg@10"]?.low).toBeLessThan(finalResult?.winner["ndcg@10"] ?? 0);
    expect(trials.filter(({ remeasured }) => remeasured).length).toBeGreaterThan(1);
    expect(said.filter((line) => / on all data: ndcg@10=/.test(line)).length).toBeGreaterThan(2);
    const { objects } = await env.STORE.list({ prefix: studyPrefix(1, 7) });
    expect(objects.map(({ key }) => key)).toEqual([SAMPLE]);
  });
});
