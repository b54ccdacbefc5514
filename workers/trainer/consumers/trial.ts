import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import type { Section } from "#engine/artifact/section.ts";
import { requireRoom } from "#engine/estimate/require-room.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { canKeepPart } from "#engine/tune/blend/blend-candidates.ts";
import { runTrial, type TrialCommand, type TrialStep } from "#engine/tune/run/run-trial.ts";
import type { Configuration } from "#jobs/configuration.ts";
import type { TrialMessage } from "#jobs/messages.ts";
import type { StudyReply, StudySpec, TrialOutcome } from "#jobs/study-job.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { reasonOf } from "../work/reason.ts";
import { ClaimLost, type Work } from "../work/work.ts";
import { type BestEpoch, createBestEpoch } from "./best-epoch.ts";
import { deleteIfOver } from "./end-of-study.ts";
import { failsAlike } from "./fails-alike.ts";
import { measuredUsers } from "./measured-users.ts";
import { storeStudyPart } from "./study-part.ts";

/** Runs one trial of a study: fit on its training part, score on its validation part, report after each epoch. */
export async function trial(deps: TrainerDeps, message: TrialMessage): Promise<void> {
  const study = deps.study(message.jobId);
  const reply = await study.handle({ type: "claim-trial", trial: message.trial });
  if (reply.type !== "trial") return;
  const { claim, spec, configuration, keepFrom } = reply;
  const caller = { trial: message.trial, claim };
  const renew = () => study.handle({ type: "renew-trial", ...caller });
  const work = deps.work(async () => {
    const answer = await renew();
    return answer.type === "lease" && answer.keepOn;
  });
  const report = async (epoch: number, value: number): Promise<TrialCommand> => {
    const answer = await study.handle({ type: "report-trial", ...caller, epoch, value });
    if (answer.type !== "lease" || !answer.keepOn) throw new ClaimLost();
    return { prune: answer.prune };
  };
  await deleteIfOver(deps, spec, await attempt());

  async function attempt(): Promise<StudyReply> {
    try {
      const { outcome, sections } = await deps.kernels.use((kernels) =>
        compute({ deps, kernels, spec, configuration, keepFrom, number: message.trial, claim, work, report }),
      );
      const part = sections && (await storeStudyPart(deps, spec, message.trial, sections));
      return await study.handle({ type: "complete-trial", ...caller, outcome, ...(part && { part }) });
    } catch (error) {
      if (error instanceof ClaimLost) return renew();
      const type = failsAlike(error) ? "refuse-trial" : "fail-trial";
      return study.handle({ type, ...caller, reason: reasonOf(error) });
    }
  }
}

type Report = (epoch: number, value: number) => Promise<TrialCommand>;

interface TrialWork {
  readonly deps: TrainerDeps;
  readonly kernels: Kernels;
  readonly spec: StudySpec;
  readonly configuration: Configuration;
  readonly keepFrom: number | null;
  readonly number: number;
  readonly claim: number;
  readonly work: Work;
  readonly report: Report;
}

interface Computed {
  readonly outcome: TrialOutcome;
  /** Of a model that is kept for the blend. */
  readonly sections: readonly Section[] | null;
}

async function compute(trialWork: TrialWork): Promise<Computed> {
  const { deps, kernels, spec, configuration, keepFrom, number, work } = trialWork;
  const { algorithm, params } = configuration;
  // The measurement of one configuration has no plan: its trial may be the first to take a sample of the users.
  const split = await work.keepAlive(() =>
    deps.datasets.split(spec, spec.split, needsAges(algorithm, params)),
  );
  const { train: userItems, features, sequences, sessions } = split;
  const order = { sequences, sessions };
  requireRoom({ userItems, features, ...order }, algorithm, params, spec.memoryBudgetMb);
  const isKept = keepFrom !== null && canKeepPart(shapeOf(userItems, features, order), algorithm, params);
  const { users, watchedUsers } = measuredUsers(split.validation, spec.split.seed);
  const steps = runTrial({
    split,
    algorithm,
    params,
    metric: spec.metric,
    cutoff: spec.cutoff,
    users,
    ...(watchedUsers && { watchedUsers, setsBestAside: true }),
    ...(isKept && { keepFrom, keepsPart: true }),
    kernels,
    seed: spec.seed + number,
  });
  const best = createBestEpoch({ ...trialWork, algorithm });
  try {
    let command: TrialCommand | undefined;
    for (;;) {
      const step = steps.next(command);
      if (step.done) {
        const { state, value, metrics, params: learned, sections } = step.value;
        const outcome = { state, value, metrics, params: learned, seconds: work.elapsedMs / 1000 };
        return { outcome, sections: state === "COMPLETE" ? sections : null };
      }
      command = await answer(step.value, trialWork, best);
    }
  } finally {
    await best.forget();
  }
}

async function answer(
  step: TrialStep,
  { spec, work, report }: TrialWork,
  best: BestEpoch,
): Promise<TrialCommand | undefined> {
  if (step.type === "set-aside") return void (await best.set(step.sections));
  if (step.type === "bring-back") return { prune: false, sections: await best.get() };
  await work.breathe(step.type === "work" ? step.progress : 0);
  const command = step.type === "report" ? await report(step.epoch, step.value) : undefined;
  return spec.trialTimeoutMs !== null && work.elapsedMs > spec.trialTimeoutMs ? { prune: true } : command;
}
