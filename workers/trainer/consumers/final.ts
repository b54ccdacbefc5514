import { needsAges } from "#engine/algorithms/trending.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { finalEvaluation } from "#engine/tune/final-evaluation.ts";
import { testSample } from "#engine/tune/test-sample.ts";
import type { FinalMessage } from "#jobs/messages.ts";
import type { Configuration, FinalResult, StudySpec } from "#jobs/study-job.ts";
import type { TrainerDeps } from "../deps.ts";
import { ClaimLost, type Work } from "../work.ts";
import { reasonOf } from "./reason.ts";

const BASELINE: Configuration = { algorithm: "TopPop", params: {} };

/** Measures a study's winner, and popularity beside it, on the test part that no trial has seen. */
export async function final(deps: TrainerDeps, message: FinalMessage): Promise<void> {
  const study = deps.study(message.jobId);
  const reply = await study.handle({ type: "claim-final" });
  if (reply.type !== "final") return;
  const { claim, spec, winner } = reply;
  const work = deps.work(async () => {
    const answer = await study.handle({ type: "renew-final", claim });
    return answer.type === "lease" && answer.keepOn;
  });
  try {
    const result: FinalResult = {
      winner: await deps.kernels.use((kernels) => measure(deps, kernels, spec, winner, work)),
      popularity: await deps.kernels.use((kernels) => measure(deps, kernels, spec, BASELINE, work)),
    };
    await study.handle({ type: "complete-final", claim, result });
  } catch (error) {
    if (error instanceof ClaimLost) return;
    await study.handle({ type: "fail-final", claim, reason: reasonOf(error) });
  }
}

async function measure(
  deps: TrainerDeps,
  kernels: Kernels,
  spec: StudySpec,
  { algorithm, params }: Configuration,
  work: Work,
): Promise<Readonly<Record<string, number>>> {
  const split = await deps.datasets.split(spec.datasetKey, spec.split, needsAges(algorithm, params));
  const cutoffs = [spec.cutoff];
  const steps = finalEvaluation({
    split,
    algorithm,
    params,
    cutoffs,
    users: testSample(split.test, spec.split.seed),
    kernels,
    seed: spec.seed,
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.metrics;
    await work.breathe(step.value.progress);
  }
}
