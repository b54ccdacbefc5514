import { describe, expect, it } from "vitest";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { testSample } from "#engine/tune/plan/test-sample.ts";
import { finalEvaluation, finalPartsOf } from "#engine/tune/run/final-evaluation.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { Configuration } from "#jobs/configuration.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { WorkResult } from "#jobs/study-work.ts";
import { resamplesKey, studyPartKey } from "#storage/keys.ts";
import type { MeasuredResamples } from "#storage/measured-resamples.ts";
import { final } from "#trainer/consumers/final.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { copyOf } from "../../../setup/copy-of.ts";
import { matrixOf, randomRows } from "../../../shared/engine/algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../../../shared/engine/kernels/load-kernels.ts";
import { studySpec } from "../../core/jobs/study-fixture.ts";

const spec = studySpec();
/** Less than any fit takes: nothing large is held beside it. */
const tight = { ...spec, memoryBudgetMb: 1 };

/** Each interaction in one of three parts, by turns. */
function splitOf(userCount: number, itemCount: number) {
  const rows = randomRows(userCount, itemCount, 4);
  const part = (wanted: number) =>
    matrixOf(
      rows.map((row) => {
        let seen = 0;
        return row.map((value) => (value > 0 && seen++ % 3 === wanted ? value : 0));
      }),
    );
  return { train: part(0), validation: part(1), test: part(2), disliked: undefined };
}

async function measured(
  winner: Configuration,
  split: ReturnType<typeof splitOf>,
  { claim = 1, ofStudy = spec } = {},
) {
  const deleted: string[] = [];
  const results: WorkResult[] = [];
  const stored = new Map<string, ArtifactContent>();
  const put: string[] = [];
  const kept = new Map<string, MeasuredResamples>();
  const kernels = loadWasmKernels();
  const handle = async (event: StudyEvent): Promise<StudyReply> => {
    if (event.type === "claim-work")
      return { type: "work", claim, spec: ofStudy, assignment: { kind: "final", winner } };
    if (event.type === "complete-work") results.push(event.result);
    if (event.type === "fail-work" || event.type === "refuse-work") throw new Error(event.reason);
    return { type: "lease", keepOn: true, prune: false };
  };
  const deps = {
    datasets: { sample: async () => null, finalParts: async () => finalPartsOf(split) },
    kernels: createKernelPool(() => kernels),
    study: () => ({ handle }),
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
    artifacts: {
      // A copy: the component may lie in memory that the next fit uses.
      put: async (key: string, content: ArtifactContent) => {
        stored.set(key, copyOf(content));
        put.push(key);
        return 1;
      },
      get: async (key: string) => stored.get(key),
    },
    files: {
      put: async (key: string, text: string) => void kept.set(key, JSON.parse(text)),
      delete: async (keys: string[]) => {
        for (const key of keys) stored.delete(key);
        deleted.push(...keys);
      },
    },
  } as unknown as TrainerDeps;
  await final(deps, { v: 1, kind: "final", jobId: spec.jobId });
  expect(kernels.allocatedBytes).toBe(0);
  const [found] = results;
  const result = found?.kind === "final" ? found.result : null;
  return { winner: result?.winner ?? null, result, kept, put, deleted, left: stored.size };
}

function expected({ algorithm, params }: Configuration, split: ReturnType<typeof splitOf>) {
  const { metrics } = runToEnd(
    finalEvaluation({
      ...{
        parts: finalPartsOf(split),
        algorithm,
        params,
        cutoffs: [spec.cutoff],
        kernels: loadWasmKernels(),
      },
      ...{ seed: spec.split.seed, users: testSample(split.test, spec.split.seed) },
    }),
  );
  return metrics;
}

const blend = (knn: Record<string, number>): Configuration => ({
  algorithm: "Blend",
  params: {
    ...{ "weight.DegreeKNN": 0.4, "weight.IALS": 1, "IALS.n_components": 4, "IALS.train_epochs": 2 },
    ...Object.fromEntries(Object.entries(knn).map(([name, value]) => [`DegreeKNN.${name}`, value])),
  },
});

describe("the last measurement of a study", () => {
  it("measures a blend as one fit of it does", async () => {
    const split = splitOf(60, 40);
    const winner = blend({ top_k: 20 });
    const found = await measured(winner, split);
    expect(found.winner).toEqual(expected(winner, split));
    expect(found.put).toEqual([]);
  });

  it("keeps resamples that pair up with other measurements, and tells differences and segments", async () => {
    const { result, kept } = await measured(
      { algorithm: "IALS", params: { train_epochs: 2 } },
      splitOf(60, 40),
    );
    const { winner, popularity } = kept.get(resamplesKey(spec.projectId, spec.jobId)) ?? {};
    expect([winner?.seed, winner?.users]).toEqual([spec.split.seed, popularity?.users]);
    const name = `ndcg@${spec.cutoff}`;
    const over = result?.differences?.popularity[name];
    expect(over?.difference).toBeCloseTo((result?.winner[name] ?? 0) - (result?.popularity[name] ?? 0), 12);
    expect(Object.keys(result?.differences?.popularity ?? {}).sort()).toEqual(
      Object.keys(result?.intervals?.winner ?? {}).sort(),
    );
    const segments = result?.segments ?? [];
    const byUsers = segments.filter(({ interactions }) => interactions !== null);
    const users = byUsers.reduce((sum, segment) => sum + segment.users, 0);
    expect(users).toBe(winner?.users);
    const mean = byUsers.reduce((sum, segment) => sum + segment.users * (segment.winner[name] ?? 0), 0);
    expect(mean / users).toBeCloseTo(result?.winner[name] ?? 0, 6);
    expect(segments.map((segment) => segment.name)).toEqual(
      expect.arrayContaining(["head_items", "tail_items"]),
    );
  });

  it("puts a large component aside while the next is fitted, and leaves nothing behind", async () => {
    const split = splitOf(60, 1300);
    const winner = blend({ top_k: 1300 });
    const found = await measured(winner, split, { ofStudy: tight });
    expect(found.winner).toEqual(expected(winner, split));
    expect(found.put).toHaveLength(1);
    expect(found.put[0]).toMatch(`projects/${spec.projectId}/studies/${spec.jobId}.part-`);
    expect(found.left).toBe(0);
  });

  it("holds a large component where the largest fit leaves room for it", async () => {
    const split = splitOf(60, 1300);
    const winner = blend({ top_k: 1300 });
    const found = await measured(winner, split);
    expect(found.winner).toEqual(expected(winner, split));
    expect(found.put).toEqual([]);
  });

  it("deletes no component of another attempt, nor the model of a trial", async () => {
    const winner = blend({ top_k: 1300 });
    const [abandoned, next] = await Promise.all(
      [1, 2].map((claim) => measured(winner, splitOf(60, 1300), { claim, ofStudy: tight })),
    );
    expect(abandoned?.deleted).toHaveLength(1);
    const others = [...(next?.put ?? []), studyPartKey(spec.projectId, spec.jobId, spec.trialCount - 1)];
    expect(others.filter((key) => abandoned?.deleted.includes(key))).toEqual([]);
  });
});
