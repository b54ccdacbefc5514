import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { CuttableEvent, CuttableJob, CuttableReply } from "./cuttable-job.ts";
import type { JobData } from "./feature-sources.ts";

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

export type TrainingJob = CuttableJob<TrainingSpec, TrainingResult>;
export type TrainingEvent = CuttableEvent<TrainingSpec, TrainingResult>;
export type TrainingReply = CuttableReply<TrainingSpec>;
