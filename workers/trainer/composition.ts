/** The composition root: builds the dependencies of all parts from this Worker's bindings. Nothing else reads the bindings. */
// By relative path: the bundler collects WebAssembly modules before it resolves aliases.

import { WHOLE_HISTORY_BYTES } from "#engine/data/history-blocks.ts";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";
import { erasureName, ingestionName, studyName, trainingName } from "#jobs/job-names.ts";
import type { ProcessUse } from "#jobs/job-work.ts";
import { secretsOf } from "#platform/secrets.ts";
import { type ArtifactKeyRing, createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { type ArtifactBucket, createArtifactStore } from "#storage/artifact-store.ts";
import kernelsModule from "../../shared/engine/kernels/kernels.wasm";
import type { TrainerBindings } from "./bindings.ts";
import { textEmbedding } from "./embedding/text-embedding.ts";
import { createDatasets } from "./work/datasets.ts";
import type { TrainerDeps } from "./work/deps.ts";
import { createKernelPool } from "./work/kernel-pool.ts";
import { reasonOf } from "./work/reason.ts";
import { createWork } from "./work/work.ts";

/** The most work that is lost when a worker is killed; far below the CPU limit in wrangler.toml. */
const SLICE_MS = 20_000;

/** No file above it has rows so wide that all of them fit an isolate. Below it reading tells, which ends where the rows no longer fit. */
const ISOLATE_FILE_BYTES = 500 * 2 ** 20;

/** The 95 % interval of a metric is about .01 wide then. */
const MEASURED_USERS = 10_000;

export interface Composition {
  readonly deps: TrainerDeps;
  /** For unreadable messages. */
  readonly deadLetters: Pick<Queue, "send">;
}

/** One per isolate, so that a dataset stays loaded from trial to trial. */
let composition: Composition | null = null;

export function compositionOf(env: TrainerBindings): Composition {
  composition ??= compose(env);
  return composition;
}

function compose(env: TrainerBindings): Composition {
  return { deps: createDeps(env), deadLetters: env.DEAD_LETTERS };
}

function createDeps(env: TrainerBindings): TrainerDeps {
  let keyRing: Promise<ArtifactKeyRing> | null = null;
  const artifactsIn = (bucket: ArtifactBucket) =>
    createArtifactStore(bucket, () => {
      keyRing ??= createArtifactKeyRing(secretsOf(env));
      return keyRing;
    });
  const artifacts = artifactsIn(env.STORE);
  const now = () => Date.now();
  const wait = (ms: number) => scheduler.wait(ms);
  const pause = () => wait(0);
  const embedding = textEmbedding(env.EDGEWISE_EMBEDDING_MODEL, {
    models: env.AI,
    store: env.STORE,
    wait,
  });
  const isolateFileBytes = env.EDGEWISE_ISOLATE_FILE_BYTES
    ? Number(env.EDGEWISE_ISOLATE_FILE_BYTES)
    : ISOLATE_FILE_BYTES;
  return {
    store: env.STORE,
    files: env.STORE,
    artifacts,
    artifactsIn,
    datasets: createDatasets({ artifacts, isolateFileBytes, now, pause, embedding }),
    kernels: createKernelPool(() => createWasmKernels(kernelsModule)),
    now,
    processUse: () => processUse(env),
    work: (renew) => createWork({ now, pause, renew, wait }),
    sliceMs: env.EDGEWISE_SLICE_MS ? Number(env.EDGEWISE_SLICE_MS) : SLICE_MS,
    isolateFileBytes,
    measuredUsers: measuredUsersOf(env.EDGEWISE_MEASURED_USERS),
    wholeHistoryBytes: WHOLE_HISTORY_BYTES,
    ingestion: (source, rowId) => env.INGESTIONS.get(env.INGESTIONS.idFromName(ingestionName(source, rowId))),
    erasure: (itemId) => env.ERASURES.get(env.ERASURES.idFromName(erasureName(itemId))),
    study: (jobId) => env.STUDIES.get(env.STUDIES.idFromName(studyName(jobId))),
    training: (modelId) => env.TRAININGS.get(env.TRAININGS.idFromName(trainingName(modelId))),
  };
}

/** A figure for the record alone: where the meter fails, the task has its result without it. */
async function processUse({ METER }: TrainerBindings): Promise<ProcessUse | null> {
  try {
    return (await METER?.processUse()) ?? null;
  } catch (error) {
    console.warn(`The use of the process is not known: ${reasonOf(error)}`);
    return null;
  }
}

/** Null: all. Throws for a text that is no number of users. */
function measuredUsersOf(text: string | undefined): number | null {
  if (!text) return MEASURED_USERS;
  if (!/^\d+$/.test(text))
    throw new Error(`EDGEWISE_MEASURED_USERS is "${text}": set a whole number of users, or 0 for all.`);
  return Number(text) || null;
}
