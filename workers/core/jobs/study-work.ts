/** The work of a study apart from its trials: one queue message each, claimed, renewed and ended like a trial. */
import type { ColdFigures, FinalMetrics } from "#contract/tuning-job.ts";
import type { ColdScheme } from "#engine/split/cold-split.ts";
import type { StudyPlan } from "#engine/tune/plan/study.ts";
import type { Configuration } from "./configuration.ts";
import type { LeasedTask } from "./leased-task.ts";

export type StudyWork =
  /** Reads the dataset and decides the search space. */
  | { readonly kind: "plan" }
  /** Measures one of the best trials again, on all users of the validation part. */
  | { readonly kind: "finalist"; readonly trial: number }
  /** Fits a candidate of the blend on the training part and stores it, if its trial did not keep it. */
  | { readonly kind: "fit-part"; readonly trial: number }
  /** Finds the weights of the stored parts on the validation part. */
  | { readonly kind: "blend-weights" }
  /** Measures the winner and the popularity baseline on the test part. */
  | { readonly kind: "final" }
  /** Measures both on items or users that are not in training, where there are tables of properties. */
  | { readonly kind: "cold"; readonly scheme: ColdScheme };

/** One piece of the work of the present stage, and its progress. */
export interface StageTask {
  readonly work: StudyWork;
  readonly task: LeasedTask;
}

export interface Remeasured {
  /** The target metric on all users of the validation part. */
  readonly value: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A fitted candidate of the blend in the object store. */
export interface StoredPart {
  readonly trial: number;
  readonly key: string;
  readonly bytes: number;
}

/** The best blend of the stored parts. */
export interface BlendChoice {
  /** Of the blend as one algorithm. */
  readonly configuration: Configuration;
  /** The target metric on the users that trials are measured on. */
  readonly value: number;
  /** The trials in the blend. */
  readonly parts: readonly { readonly trial: number; readonly weight: number }[];
  /** Whether it beats every single trial on the same users. */
  readonly isBetter: boolean;
}

/** How many users the trials are fitted to and measured on, where no isolate holds the dataset. */
export interface SampledUsers {
  readonly users: number;
  readonly ofUsers: number;
}

/** The result of a piece of work. */
export type WorkResult =
  | { readonly kind: "plan"; readonly plan: StudyPlan; readonly sample?: SampledUsers }
  | { readonly kind: "finalist"; readonly remeasured: Remeasured }
  | { readonly kind: "fit-part"; readonly part: StoredPart }
  /** Null if no weights were found. */
  | { readonly kind: "blend-weights"; readonly blend: BlendChoice | null }
  | { readonly kind: "final"; readonly result: FinalMetrics; readonly sample?: SampledUsers }
  | { readonly kind: "cold"; readonly scheme: ColdScheme; readonly figures: ColdFigures };

/** The input of a worker, in addition to the study's spec and plan. */
export type WorkAssignment =
  | { readonly kind: "plan" }
  | { readonly kind: "finalist"; readonly trial: number; readonly configuration: Configuration }
  | { readonly kind: "fit-part"; readonly trial: number; readonly configuration: Configuration }
  | { readonly kind: "blend-weights"; readonly slots: readonly BlendSlot[] }
  | { readonly kind: "final"; readonly winner: Configuration }
  | { readonly kind: "cold"; readonly scheme: ColdScheme; readonly winner: Configuration };

/** One slot of the blend: settings of one algorithm; at most one of them is used. */
export type BlendSlot = readonly BlendCandidate[];

export interface BlendCandidate {
  readonly trial: number;
  /** With learned values. */
  readonly configuration: Configuration;
  /** On the users that trials are measured on. */
  readonly value: number;
  readonly part: StoredPart;
}

export function isSameWork(a: StudyWork, b: StudyWork): boolean {
  return nameOfWork(a) === nameOfWork(b);
}

/** The name in the log and in tests: `final`, `finalist 3`, `cold-items`. */
export function nameOfWork(work: StudyWork): string {
  if (work.kind === "cold") return work.scheme;
  const trial = trialOf(work);
  return trial === null ? work.kind : `${work.kind} ${trial}`;
}

function trialOf(work: StudyWork): number | null {
  return "trial" in work ? work.trial : null;
}
