import type { StudyPlan } from "#engine/tune/plan/study.ts";
import { advanceStudy } from "#jobs/advance-study.ts";
import type { Configuration } from "#jobs/configuration.ts";
import type {
  Study,
  StudyEffect,
  StudyEvent,
  StudyPolicy,
  StudyReply,
  StudySpec,
  TrialOutcome,
} from "#jobs/study-job.ts";
import { nameOfWork, type StoredPart, type StudyWork, type WorkAssignment } from "#jobs/study-work.ts";

export function studySpec(overrides: Partial<StudySpec> = {}): StudySpec {
  return {
    jobId: 7,
    projectId: 1,
    dataId: 3,
    datasetKey: "projects/1/datasets/3.edgewise",
    split: {
      scheme: "RG",
      heldout_ratio: 0.1,
      n_heldout: null,
      test_user_ratio: 1,
      n_test_users: null,
      seed: 42,
    },
    metric: "ndcg",
    cutoff: 10,
    algorithms: ["IALS"],
    hasTimes: false,
    trialCount: 3,
    parallelTrials: 1,
    seed: 1,
    overallTimeoutMs: null,
    trialTimeoutMs: null,
    trainAfterTuning: true,
    triesBlend: false,
    ...overrides,
  };
}

export function outcome(value: number, overrides: Partial<TrialOutcome> = {}): TrialOutcome {
  const metrics = { "ndcg@10": value };
  return { state: "COMPLETE", params: { n_components: 8 }, value, metrics, seconds: 0.5, ...overrides };
}

/** The plan of a study that searches its algorithms as they usually are. */
export function studyPlan({ algorithms, trialCount, seed, parallelTrials }: StudySpec): StudyPlan {
  return { algorithms: algorithms ?? [], trialCount, seed, pruner: "median", jobs: parallelTrials };
}

/** Suggests a configuration that names the trial; never prunes. */
export const plainPolicy: StudyPolicy = {
  suggest: (_study, number): Configuration => ({ algorithm: "IALS", params: { n_components: number + 1 } }),
  shouldPrune: () => false,
  finalists: () => [],
  keepFrom: () => Number.NEGATIVE_INFINITY,
  neededParts: ({ parts }) => parts,
  blendSlots: () => [],
};

/** A study and the effects of all its steps, driven by events at chosen times. */
export class StudyRun {
  study: Study | null = null;
  now = 1_000;
  effects: StudyEffect[] = [];
  alarmAt: number | null = null;
  readonly #policy: StudyPolicy;

  /** @param plan Null leaves the study to be planned. */
  constructor(
    spec: StudySpec = studySpec(),
    policy: StudyPolicy = plainPolicy,
    plan: StudyPlan | null = studyPlan(spec),
  ) {
    this.#policy = policy;
    this.tell({ type: "start", spec });
    if (plan && !spec.fixed) {
      const { claim } = this.claimWork({ kind: "plan" });
      this.tell({
        type: "complete-work",
        work: { kind: "plan" },
        claim,
        result: { kind: "plan", plan },
      });
    }
  }

  tell(event: StudyEvent): StudyReply {
    const step = advanceStudy(this.study, event, this.now, this.#policy);
    if (!step) return { type: "nothing" };
    this.study = step.state;
    this.effects = [...step.effects];
    this.alarmAt = step.alarmAt;
    return step.reply;
  }

  /** Claims a trial and returns the number of the claim. */
  claim(trial: number): number {
    const reply = this.tell({ type: "claim-trial", trial });
    if (reply.type !== "trial") throw new Error(`Trial ${trial} was not given: ${reply.type}`);
    return reply.claim;
  }

  /** Claims other work of the study. */
  claimWork(work: StudyWork): { readonly claim: number; readonly assignment: WorkAssignment } {
    const reply = this.tell({ type: "claim-work", work });
    if (reply.type !== "work") throw new Error(`${nameOfWork(work)} was not given: ${reply.type}`);
    return reply;
  }

  /** @param part The model that the trial kept. */
  complete(trial: number, value: number, part?: StoredPart): StudyReply {
    const kept = part ? { part } : {};
    const claim = this.claim(trial);
    return this.tell({ type: "complete-trial", trial, claim, outcome: outcome(value), ...kept });
  }

  get current(): Study {
    if (!this.study) throw new Error("The study has not begun.");
    return this.study;
  }

  get sent(): string[] {
    return this.effects.flatMap((effect) => {
      if (effect.type === "send-trial") return [`trial ${effect.trial}`];
      return effect.type === "send-work" ? [nameOfWork(effect.work)] : [];
    });
  }

  get logged(): string[] {
    return this.effects.flatMap((effect) => (effect.type === "log" ? [effect.message] : []));
  }

  get states(): string[] {
    return this.current.trials.map(({ task, outcome: result }) => result?.state ?? task.phase);
  }
}
