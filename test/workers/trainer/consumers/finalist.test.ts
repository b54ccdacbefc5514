import { describe, expect, it } from "vitest";
import { validationSample } from "#engine/tune/plan/validation-sample.ts";
import { runTrial } from "#engine/tune/run/run-trial.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { WorkResult } from "#jobs/study-work.ts";
import { finalist } from "#trainer/consumers/finalist.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { matrixOf, randomRows } from "../../../shared/engine/algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../../../shared/engine/kernels/load-kernels.ts";
import { studySpec } from "../../core/jobs/study-fixture.ts";

const rows = randomRows(80, 40, 3);
/** Every third interaction is held out. */
const keep = (isHeldOut: boolean) =>
  matrixOf(
    rows.map((row) => {
      let seen = 0;
      return row.map((value) => (value > 0 && (seen++ % 3 === 2) === isHeldOut ? value : 0));
    }),
  );
const split = { train: keep(false), validation: keep(true), test: keep(true), disliked: undefined };
const spec = studySpec();
const TRIAL = 5;

/** A trial of the study, measured on some users; all without a sample. */
function measuredTrial(users?: Uint32Array) {
  const { metric, cutoff } = spec;
  return runToEnd(
    runTrial({
      ...{ split, algorithm: "IALS", params: { n_components: 4 }, metric, cutoff, seed: spec.seed + TRIAL },
      kernels: loadWasmKernels(),
      ...(users && { users }),
    }),
  );
}

async function measuredFinalist(params: Readonly<Record<string, number>>): Promise<WorkResult | undefined> {
  const results: WorkResult[] = [];
  const configuration = { algorithm: "IALS", params } as const;
  const handle = async (event: StudyEvent): Promise<StudyReply> => {
    if (event.type === "claim-work")
      return { type: "work", claim: 1, spec, assignment: { kind: "finalist", trial: TRIAL, configuration } };
    if (event.type === "complete-work") results.push(event.result);
    return { type: "lease", keepOn: true, prune: false };
  };
  const kernels = loadWasmKernels();
  const deps = {
    datasets: { split: async () => split },
    kernels: createKernelPool(() => kernels),
    study: () => ({ handle }),
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
  } as unknown as TrainerDeps;
  await finalist(deps, { v: 1, kind: "finalist", jobId: spec.jobId, trial: TRIAL });
  expect(kernels.allocatedBytes).toBe(0);
  return results[0];
}

describe("the consumer of finalists", () => {
  it("gives a trial that saw a sample the value that it has on all users, at the epochs it learned", async () => {
    const sample = validationSample(split.validation, spec.split.seed, 24);
    expect(sample.length).toBeLessThan(validationSample(split.validation, spec.split.seed).length);
    const onSample = measuredTrial(sample);
    const { train_epochs: epochs } = onSample.params as { readonly train_epochs: number };
    const found = await measuredFinalist({ n_components: 4, train_epochs: epochs });
    const { value, metrics } = found?.kind === "finalist" ? found.remeasured : { value: 0, metrics: {} };
    expect(value).not.toBe(onSample.value);
    expect(metrics[`${spec.metric}@${spec.cutoff}`]).toBe(value);
    // Watched on all users, the same fit has this value at the same epoch.
    const onAll = measuredTrial();
    const learned = (onAll.params as { readonly train_epochs: number }).train_epochs;
    const best = await measuredFinalist({ n_components: 4, train_epochs: learned });
    expect(best).toEqual({
      kind: "finalist",
      remeasured: { value: onAll.value, metrics: expect.objectContaining({ ...onAll.metrics }) },
    });
  });
});
