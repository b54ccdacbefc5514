/** A study whose dataset no isolate holds: it is planned, and its trials run, on a sample of users. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import type { StudyEvent } from "#jobs/study-job.ts";
import { StudyChooser } from "#services/tuning/study-policy.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { studySampleKey } from "#storage/keys.ts";
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
  const sections = datasetSections(madeDataset({ users: 400, items: 60, density: 0.2 }), 5_000);
  const meta = { project_id: 1, data_id: 3 };
  await artifacts.put(spec.datasetKey, { kind: DATASET_KIND, meta, sections });
  const run = new StudyRun(spec, new StudyChooser(), null);
  const effects = { artifacts, isolateFileBytes, now: () => 0, pause: async () => undefined };
  const deps = {
    ...{ artifacts, isolateFileBytes, datasets: createDatasets(effects) },
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
});
