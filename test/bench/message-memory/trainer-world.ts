/** The trainer's own consumers over a store of files, with the memory of each message measured. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";
import type { ErasureEvent, ErasureSpec } from "#jobs/erasure-job.ts";
import type { IngestionSpec } from "#jobs/ingestion-job.ts";
import { advanceLeasedJob, type LeasedJob } from "#jobs/leased-job.ts";
import type { JobMessage } from "#jobs/messages.ts";
import type { StudyEvent, StudyReply, StudySpec } from "#jobs/study-job.ts";
import type { StoredPart, WorkAssignment, WorkResult } from "#jobs/study-work.ts";
import type { TrainingSpec } from "#jobs/training-job.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { consume } from "#trainer/consume.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { AnyLengthStream, createFileBucket, type FileBucket } from "./file-bucket.ts";
import { LiveMemory } from "./live-memory.ts";

// Node compiles from bytes; the types are those of Workers, which do not.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;
const module = new Module(
  readFileSync(new URL("../../../shared/engine/kernels/kernels.wasm", import.meta.url)),
);

const SECRET = "the secret of a bench, of no deployment";

type Answer = (event: StudyEvent) => StudyReply;

export class TrainerWorld {
  readonly memory: LiveMemory;
  readonly bucket: FileBucket;
  readonly #folder = mkdtempSync(join(tmpdir(), "edgewise-bench-memory-"));
  readonly #deps: TrainerDeps;
  #answer: Answer = () => ({ type: "nothing" });
  #job: { handle(event: unknown): Promise<unknown> } | null = null;

  /**
   * @param sliceMs How long a slice of a training works.
   * @param keepsAccount Whether peaks are explained.
   */
  constructor(sliceMs: number, keepsAccount = false) {
    this.memory = new LiveMemory(keepsAccount);
    Object.assign(globalThis, { FixedLengthStream: AnyLengthStream });
    this.memory.watchAllocations();
    this.bucket = createFileBucket(this.#folder, () => this.memory.look());
    const keyRing = createArtifactKeyRing([SECRET]);
    const artifacts = createArtifactStore(
      this.bucket as unknown as Parameters<typeof createArtifactStore>[0],
      () => keyRing,
    );
    const pause = async (): Promise<void> => {
      this.memory.look();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const job = () => ({ handle: async (event: unknown) => this.#job?.handle(event) });
    this.#deps = {
      ...{ store: this.bucket, files: this.bucket, artifacts, sliceMs },
      datasets: createDatasets({ artifacts, now: () => performance.now(), pause }),
      kernels: createKernelPool(() => this.memory.add(createWasmKernels(module))),
      now: () => performance.now(),
      work: (renew: (progress: number) => Promise<boolean>) =>
        createWork({ now: () => performance.now(), pause, renew }),
      study: () => ({ handle: async (event: StudyEvent) => this.#answer(event) }),
      ...{ training: job, ingestion: job, erasure: job },
    } as unknown as TrainerDeps;
    this.memory.begin();
  }

  /** Consumes a piece of a study's work, and returns its result. */
  async work<Kind extends WorkAssignment["kind"]>(
    spec: StudySpec,
    assignment: WorkAssignment & { readonly kind: Kind },
  ): Promise<WorkResult & { readonly kind: Kind }> {
    const results: WorkResult[] = [];
    this.#answer = (event) => {
      if (event.type === "claim-work") return { type: "work", claim: 1, spec, assignment };
      if (event.type === "complete-work") results.push(event.result);
      if (event.type === "fail-work" || event.type === "refuse-work") throw new Error(event.reason);
      return { type: "lease", keepOn: true, prune: false };
    };
    const trial = "trial" in assignment ? { trial: assignment.trial } : {};
    await this.#consume({ v: 1, kind: assignment.kind, jobId: spec.jobId, ...trial } as JobMessage);
    return results[0] as WorkResult & { readonly kind: Kind };
  }

  /** Consumes a trial that keeps its model, if it may, and returns what it learned. */
  async trial(
    spec: StudySpec,
    given: Omit<Extract<StudyReply, { type: "trial" }>, "type" | "claim" | "spec">,
  ) {
    const trial = 0;
    let ended: Extract<StudyEvent, { type: "complete-trial" }> | undefined;
    this.#answer = (event) => {
      if (event.type === "claim-trial") return { type: "trial", claim: 1, spec, ...given };
      if (event.type === "complete-trial") ended = event;
      if (event.type === "fail-trial" || event.type === "refuse-trial") throw new Error(event.reason);
      return { type: "lease", keepOn: true, prune: false };
    };
    await this.#consume({ v: 1, kind: "trial", jobId: spec.jobId, trial });
    return ended as typeof ended & { readonly part?: StoredPart };
  }

  /** Consumes a training slice by slice; `onSlice` is told of each that has ended. */
  train(spec: TrainingSpec, onSlice: (slice: number) => void): Promise<void> {
    return this.#runJob(spec, { v: 1, kind: "slice", modelId: spec.modelId }, onSlice);
  }

  ingest(spec: IngestionSpec): Promise<void> {
    const { source, rowId } = spec;
    return this.#runJob(spec, { v: 1, kind: "ingest", source, rowId }, () => {});
  }

  erase(spec: ErasureSpec): Promise<void> {
    return this.#runJob(spec, { v: 1, kind: "erase", itemId: spec.itemId }, () => {});
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  async #runJob<Spec>(spec: Spec, message: JobMessage, onSlice: (slice: number) => void): Promise<void> {
    type Event = Parameters<typeof advanceLeasedJob<Spec, unknown>>[1];
    let job: LeasedJob<Spec, unknown> | null = null;
    const tell = (event: Event) => {
      if (event.type === "fail" || event.type === "refuse") throw new Error(event.reason);
      const step = advanceLeasedJob<Spec, unknown>(job, event, 0);
      job = step?.state ?? null;
      return step?.reply;
    };
    tell({ type: "start", spec });
    this.#job = { handle: async (event) => tell(event as Event & ErasureEvent) };
    for (let slice = 0; (job as LeasedJob<Spec, unknown> | null)?.task.phase === "waiting"; slice++) {
      await this.#consume(message);
      onSlice(slice);
    }
  }

  async #consume(message: JobMessage): Promise<void> {
    // A message comes in a turn of its own: what the one before has used can be collected.
    await new Promise((resolve) => setImmediate(resolve));
    await consume(this.#deps, message);
  }
}
