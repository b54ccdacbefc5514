/** Real jobs for `FaultyStages`: reading a file in stages, a fit by blocks, and a measurement by blocks. */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { BlockedDataset } from "#engine/scale/blocks/blocked-matrix.ts";
import { type ObjectStore, requireObject } from "#engine/scale/blocks/object-store.ts";
import { MODEL } from "#engine/scale/fit/fit-context.ts";
import { FIRST_INGEST_STAGES } from "#engine/scale/ingest/ingest-plan.ts";
import { planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import { advanceCuttable, isSharded } from "#jobs/cuttable-job.ts";
import type {
  IngestionEvent,
  IngestionReply,
  IngestionResult,
  IngestionSpec,
  IngestionState,
} from "#jobs/ingestion-job.ts";
import { advanceLeasedJob, type LeasedJob } from "#jobs/leased-job.ts";
import type { Millis } from "#jobs/leased-task.ts";
import {
  advanceStagedJob,
  beginStages,
  type Stage,
  type StagedEffect,
  type StagedEvent,
  type StagedJob,
  type StagedReply,
} from "#jobs/staged-job.ts";
import type { Step } from "#jobs/step.ts";
import {
  CUT_STAGE,
  type MeasuringEvent,
  type MeasuringJob,
  type MeasuringReply,
  type MeasuringResult,
  type MeasuringSpec,
} from "#jobs/study-measuring.ts";
import { createArtifactKeyRing, sha256 } from "#storage/artifact-signing.ts";
import type { ArtifactStore, MakeArtifact } from "#storage/artifact-store.ts";
import { encodeStorable } from "#storage/encode-storable.ts";
import { measuringPrefix, shardsPrefix } from "#storage/keys.ts";
import { ingestTask } from "#trainer/consumers/ingest-task.ts";
import { measuringTask } from "#trainer/consumers/measuring-task.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { workOnTask } from "#trainer/work/staged-work.ts";
import { openedArtifact } from "../opened-artifact.ts";
import type { FaultyCase } from "./faulty-stages.ts";
import type { MemoryBucket, Objects } from "./memory-bucket.ts";

/** A job as it is when its worker has cut it. */
function begun<Spec, Result>(spec: Spec, stages: readonly Stage[], now: Millis) {
  const started = advanceLeasedJob<Spec, Result>(null, { type: "start", spec }, now);
  const claimed = advanceLeasedJob(started?.state as LeasedJob<Spec, Result>, { type: "claim" }, now);
  return beginStages(claimed?.state as LeasedJob<Spec, Result>, { stages }, now);
}

/** Artifacts of a bucket that takes no streams. */
export function artifactsIn(bucket: MemoryBucket): Pick<ArtifactStore, "put" | "putMade"> {
  const putMade = async (key: string, make: MakeArtifact) => {
    const { signer } = await createArtifactKeyRing(["secret of the test"]);
    const { bytes, chunks } = await make(signer);
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk.slice());
    await bucket.put(key, Buffer.concat(parts));
    return bytes;
  };
  return {
    put: (key, content) => putMade(key, (signer) => encodeStorable(content, signer)),
    putMade: (key, _meta, make) => putMade(key, make),
  };
}

/** A job that is cut has the effects of its stages alone. */
type IngestionStep = Step<IngestionState, StagedEffect, IngestionReply> | null;

export type IngestionCase = FaultyCase<IngestionState, IngestionEvent, IngestionReply>;

/** @param isolateFileBytes Ranges and partitions are of this size. */
export function ingestionCase(spec: IngestionSpec, isolateFileBytes: number): IngestionCase {
  const { source, rowId, projectId, artifactKey } = spec;
  return {
    begin: (now) => begun(spec, FIRST_INGEST_STAGES, now),
    advance: (job, event, now) => {
      if (event.type !== ("cancel" as string)) return advanceCuttable(job, event, now) as IngestionStep;
      return advanceStagedJob(job as StagedJob<IngestionSpec, IngestionResult>, { type: "cancel" }, now);
    },
    stageOf: (job) => (isSharded(job) ? job.staged.stage : 0),
    consume: ({ bucket, job, ...world }, ref) => {
      const deps = {
        ...world,
        artifacts: artifactsIn(bucket),
        isolateFileBytes,
        ingestion: () => job,
      } as unknown as TrainerDeps;
      return ingestTask(deps, { v: 1, kind: "ingest-task", source, rowId, ...ref });
    },
    prefix: shardsPrefix(projectId, rowId),
    // As `settleIngestion`.
    settle: (job, objects) => {
      if (!job.result) objects.delete(artifactKey);
    },
  };
}

export interface FaultyFit {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly data: BlockedDataset;
  readonly kernels: Kernels;
}

const FIT_PREFIX = "fit/";
/** The key of the model that a fit leaves. */
export const FITTED = "fitted";

type FitJob = StagedJob<null, string>;

/** A fit whose last task stores the model. */
export function fitCase({
  algorithm,
  params,
  data,
  kernels,
}: FaultyFit): FaultyCase<FitJob, StagedEvent<string>, StagedReply<null>> {
  const plan = planBlockedFit(algorithm, data, params, 1);
  const stages = plan.stages.map(({ name, taskCount }) => ({ name, taskCount }));
  return {
    begin: (now) => begun(null, [...stages, { name: "store", taskCount: 1 }], now),
    advance: advanceStagedJob,
    stageOf: (job) => job.staged.stage,
    consume: ({ bucket, job, ...world }, ref) =>
      workOnTask<null, string>(world, job, ref, {
        prefix: () => FIT_PREFIX,
        run: async (_, { breathe }) => {
          const store = objectsOf(bucket);
          if (ref.stage < stages.length) {
            await plan.runTask(ref.stage, ref.task, { data, kernels, breathe, store });
            return { next: [] };
          }
          await bucket.put(FITTED, await requireObject(store, MODEL));
          return { next: [], result: FITTED };
        },
      }),
    prefix: FIT_PREFIX,
    settle: (job, objects) => {
      if (!job.result) objects.delete(FITTED);
    },
  };
}

/** @param dataset The artifact of the data. */
export function measuringCase(
  spec: MeasuringSpec,
  dataset: ArtifactContent,
  kernels: Kernels,
): FaultyCase<MeasuringJob, StagedEvent<MeasuringResult>, MeasuringReply> {
  const { jobId, projectId, part } = spec;
  return {
    begin: (now) => {
      const { state, ...step } = begun<MeasuringSpec, MeasuringResult>(spec, [CUT_STAGE], now);
      return { ...step, state: { ...state, settled: true } };
    },
    advance: advanceStagedJob,
    stageOf: (job) => job.staged.stage,
    consume: ({ bucket: _, job, ...world }, ref) => {
      const handle = async ({ event }: MeasuringEvent) => ({
        type: "measuring",
        reply: await job.handle(event),
      });
      const deps = {
        ...world,
        artifacts: { open: async () => openedArtifact(dataset) },
        datasets: { release: () => undefined },
        // Tasks overlap here: none frees what others have.
        kernels: { use: <Result>(run: (own: Kernels) => Promise<Result>) => run(kernels) },
        measuredUsers: 40,
        study: () => ({ handle }),
      } as unknown as TrainerDeps;
      return measuringTask(deps, { v: 1, kind: "measuring-task", jobId, part, ...ref });
    },
    prefix: measuringPrefix(projectId, jobId, part),
    settle: () => undefined,
  };
}

function objectsOf(bucket: MemoryBucket): ObjectStore {
  const list = async (prefix: string) => {
    const { objects } = await bucket.list({ prefix: `${FIT_PREFIX}${prefix}` });
    return objects.map(({ key }) => key.slice(FIT_PREFIX.length));
  };
  return {
    async get(name) {
      const object = await bucket.get(`${FIT_PREFIX}${name}`);
      return object && new Uint8Array(await object.arrayBuffer());
    },
    put: async (name, bytes) => void (await bucket.put(`${FIT_PREFIX}${name}`, bytes)),
    list,
    delete: async (prefix) => bucket.delete((await list(prefix)).map((name) => `${FIT_PREFIX}${name}`)),
  };
}

/** The keys and bytes of a store, to compare. */
export function hexOf(objects: Objects): Record<string, string> {
  return Object.fromEntries([...objects].map(([key, bytes]) => [key, Buffer.from(bytes).toString("base64")]));
}

/** SHA-256 of an object. */
export async function hexOfOne(objects: Objects, key: string): Promise<string> {
  return Buffer.from(await sha256(objects.get(key) ?? new Uint8Array())).toString("hex");
}
