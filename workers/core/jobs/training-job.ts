import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { JobData } from "./feature-sources.ts";
import type { LeasedJob, LeasedJobEvent, LeasedJobReply } from "./leased-job.ts";

/** Fitting one configuration to a whole dataset and storing the model. */
export interface TrainingSpec extends JobData {
  readonly modelId: number;
  readonly projectId: number;
  readonly dataId: number;
  readonly artifactKey: string;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly seed: number;
  readonly version: number;
}

export interface TrainingResult {
  /** Size of the stored artifact. */
  readonly bytes: number;
}

export type TrainingJob = LeasedJob<TrainingSpec, TrainingResult>;
export type TrainingEvent = LeasedJobEvent<TrainingSpec, TrainingResult>;
export type TrainingReply = LeasedJobReply<TrainingSpec>;
