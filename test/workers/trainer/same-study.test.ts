import { describe, expect, it } from "vitest";
import type { AlgorithmName } from "#contract/algorithms.ts";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import type { Section } from "#engine/artifact/section.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { createRandom } from "#engine/random.ts";
import { type Split, splitDataset } from "#engine/split/split-dataset.ts";
import { finalPartsOf } from "#engine/tune/run/final-evaluation.ts";
import { LEASE_TTL_MS } from "#jobs/leased-task.ts";
import type { StudyEvent, StudyReply, StudySpec, Trial } from "#jobs/study-job.ts";
import { StudyChooser } from "#services/tuning/study-policy.ts";
import { blendWeights } from "#trainer/consumers/blend-weights.ts";
import { final } from "#trainer/consumers/final.ts";
import { fitPart } from "#trainer/consumers/fit-part.ts";
import { plan } from "#trainer/consumers/plan.ts";
import { trial } from "#trainer/consumers/trial.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { runCommandStudy } from "../../setup/command-study.ts";
import { copyOf } from "../../setup/copy-of.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { StudyRun, studySpec } from "../core/jobs/study-fixture.ts";

/** Users of three tastes. */
async function tastefulDataset() {
  const random = createRandom(11);
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let user = 0; user < 90; user++)
    for (let n = 0; n < 12; n++) {
      const item = 3 * Math.floor(20 * random.next() ** 2) + (random.next() < 0.8 ? user % 3 : n % 3);
      builder.add(`u${user}`, `i${item}`, 1, Number.NaN);
    }
  return (await builder.finish(async () => undefined)).dataset;
}

const spec: StudySpec = studySpec({
  algorithms: null,
  trialCount: 26,
  seed: 4,
  split: { ...studySpec().split, heldout_ratio: 0.3 },
});

/** The study of the platform, each batch of its messages delivered in an order that the test chooses. */
async function platformTrials(given: StudySpec, order: (trials: number[]) => number[]) {
  const run = new StudyRun(given, new StudyChooser(), null);
  const dataset = await tastefulDataset();
  const { seed, ...config } = given.split;
  const split = splitDataset(dataset, config, seed);
  const stored = new Map<string, readonly Section[]>();
  const handle = async (event: StudyEvent): Promise<StudyReply> => {
    const reply = run.tell(event);
    for (const effect of run.effects)
      if (effect.type === "forget-parts") for (const { key } of effect.parts) stored.delete(key);
    return reply;
  };
  const deps = {
    datasets: { sample: async () => null, load: async () => dataset, split: async () => split },
    kernels: createKernelPool(loadWasmKernels),
    study: () => ({ handle }),
    artifacts: {
      put: async (key: string, { sections }: ArtifactContent) => {
        stored.set(key, copyOf(sections));
        return 99;
      },
    },
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
  } as unknown as TrainerDeps;
  await plan(deps, { v: 1, kind: "plan", jobId: 7 });
  while (run.current.phase === "searching") {
    const waiting = run.current.trials.filter(({ task }) => task.phase === "waiting");
    for (const number of order(waiting.map((one) => one.number)))
      await trial(deps, { v: 1, kind: "trial", jobId: 7, trial: number });
  }
  return { run, deps, stored, study: run.current, plan: run.current.plan };
}

describe("the models that trials keep for the blend", () => {
  it("are those that the blend takes, and what a fit of their own would store", async () => {
    const { run, deps, stored, study } = await platformTrials(
      { ...spec, triesBlend: true },
      (trials) => trials,
    );
    const wanted = (study.blendSlots ?? []).flat();
    expect(study.phase).toBe("blending");
    expect(wanted.length).toBeGreaterThan(4);
    expect(run.sent).toEqual(["blend-weights"]);
    expect(study.parts.map(({ trial: number }) => number)).toEqual(expect.arrayContaining(wanted));
    expect([...stored.keys()].sort()).toEqual(study.parts.map(({ key }) => key).sort());
    for (const number of wanted) {
      const { configuration, outcome } = study.trials[number] as Trial;
      const learned = { algorithm: configuration?.algorithm as AlgorithmName, params: outcome?.params ?? {} };
      const assignment = { kind: "fit-part", trial: number, configuration: learned } as const;
      const fitted = new Map<string, readonly Section[]>();
      const alone = {
        ...deps,
        study: () => ({
          handle: async (event: StudyEvent): Promise<StudyReply> =>
            event.type === "claim-work"
              ? { type: "work", claim: 1, spec: study.spec, assignment }
              : { type: "lease", keepOn: true, prune: false },
        }),
        artifacts: {
          put: async (key: string, { sections }: ArtifactContent) => {
            fitted.set(key, copyOf(sections));
            return 99;
          },
        },
      } as unknown as TrainerDeps;
      await fitPart(alone, { v: 1, kind: "fit-part", jobId: 7, trial: number });
      const [[key, sections] = []] = [...fitted];
      expect(stored.get(key ?? "")).toEqual(sections);
    }
  });
});

describe("a trainer that is killed", () => {
  /** The end of a study. In the stages named, the first worker dies with its work done and not reported. */
  async function endOf(deadly: readonly ("blend-weights" | "final")[]) {
    const { run, deps, stored } = await platformTrials({ ...spec, triesBlend: true }, (trials) => trials);
    const dying = new Set<string>(deadly);
    let isDead = false;
    const handle = async (event: StudyEvent): Promise<StudyReply> => {
      if (event.type === "complete-work" && dying.delete(event.work.kind)) isDead = true;
      if (isDead) throw new Error("killed");
      return run.tell(event);
    };
    const { split } = deps.datasets;
    const world = {
      ...deps,
      files: { put: async () => null },
      study: () => ({ handle }),
      artifacts: { ...deps.artifacts, get: async (key: string) => ({ sections: stored.get(key) }) },
      datasets: {
        ...deps.datasets,
        finalParts: async (...request: Parameters<typeof split>) =>
          finalPartsOf((await split(...request)) as Split),
      },
    } as unknown as TrainerDeps;
    const deaths: string[] = [];
    for (const [kind, consumer] of [
      ["blend-weights", blendWeights],
      ["final", final],
    ] as const) {
      expect(run.sent).toEqual([kind]);
      const send = () => consumer(world, { v: 1, kind, jobId: 7 } as never);
      if (deadly.includes(kind)) {
        await expect(send()).rejects.toThrow("killed");
        expect(run.current.phase).toBe(kind === "final" ? "finalizing" : "blending");
        deaths.push(run.current.phase);
        isDead = false;
        run.now += LEASE_TTL_MS;
        run.tell({ type: "alarm" });
        expect(run.sent).toEqual([kind]);
      }
      await send();
    }
    const { phase, blend, finalResult } = run.current;
    return { deaths, outcome: { phase, blend, finalResult } };
  }

  it("in the blend, in the last measurement or in both leaves a study with the same end", async () => {
    const { outcome } = await endOf([]);
    expect(outcome).toMatchObject({ phase: "completed", blend: { parts: expect.anything() } });
    expect(outcome.finalResult?.winner["ndcg@10"]).toBeGreaterThan(0);
    expect(await endOf(["blend-weights"])).toEqual({ deaths: ["blending"], outcome });
    expect(await endOf(["final"])).toEqual({ deaths: ["finalizing"], outcome });
    expect(await endOf(["blend-weights", "final"])).toEqual({ deaths: ["blending", "finalizing"], outcome });
  });
});

describe("a study of the platform and one of the command", () => {
  it.each([
    ["one trial at a time", 1, (trials: number[]) => trials],
    ["three at a time, the last message first", 3, (trials: number[]) => trials.reverse()],
  ] as const)("are the same trial for trial: %s", async (_name, parallelTrials, order) => {
    const given = { ...spec, parallelTrials };
    const ours = await platformTrials(given, order);
    const theirs = await runCommandStudy(await tastefulDataset(), given, loadWasmKernels());
    expect(ours.plan).toEqual(theirs.plan);
    const seen = ours.study.trials.map(({ number, configuration, outcome }) => ({
      ...{ number, algorithm: configuration?.algorithm, suggested: configuration?.params },
      ...{ state: outcome?.state, params: outcome?.params, value: outcome?.value },
    }));
    const expected = theirs.trials.map(({ number, algorithm, suggested, state, params, value }) => ({
      ...{ number, algorithm, suggested, state, params, value },
    }));
    expect(seen.length).toBeGreaterThan(20);
    expect(seen).toEqual(expected);
    expect(new Set(seen.map(({ algorithm }) => algorithm)).size).toBeGreaterThan(3);
  });
});
