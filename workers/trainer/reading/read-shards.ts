/** The tasks of reading a large file, on R2: the file by ranges, objects for the tasks of one job, and the dataset's artifact at the end. */
import type { IngestionReport } from "#contract/ingestion.ts";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { EngineError } from "#engine/engine-error.ts";
import { ObjectMissing } from "#engine/scale/blocks/object-store.ts";
import { finishDataset, type PlacedSection } from "#engine/scale/ingest/finish-dataset.ts";
import { type IngestStage, runIngestTask } from "#engine/scale/ingest/ingest-plan.ts";
import { INGEST_SIZES, type IngestWork, type RangedFile } from "#engine/scale/ingest/ingest-work.ts";
import { datasetRulesOf, type FileReading } from "#jobs/file-reading.ts";
import type { IngestionSpec } from "#jobs/ingestion-job.ts";
import type { Stage } from "#jobs/staged-job.ts";
import { sha256 } from "#storage/artifact-signing.ts";
import { chunksOf } from "#storage/byte-source.ts";
import { heldBytesOfDataset } from "#storage/dataset-size.ts";
import { encodeStorable, type StoredSection } from "#storage/encode-storable.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { breathing } from "./breathing.ts";
import { readOptionsOf } from "./read-options.ts";
import { withNote } from "./store-reading.ts";
import { taskObjects } from "./task-objects.ts";

type Deps = Pick<TrainerDeps, "store" | "files" | "artifacts" | "isolateFileBytes">;

/** The last stage: puts the dataset together and reports it. */
const FINISH = "finish";

export interface ShardedFile
  extends Pick<IngestionSpec, "projectId" | "rowId" | "fileKey" | "fileName" | "artifactKey" | "columns"> {
  readonly reading?: FileReading | undefined;
  /** What the keys of all objects of its tasks begin with. */
  readonly prefix: string;
}

export interface ShardOutcome {
  /** The stages that follow, where the task decides that. */
  readonly next: readonly Stage[];
  /** From the last task: the dataset is stored. */
  readonly read?: {
    readonly report: IngestionReport;
    readonly ids: { readonly users: IdMap; readonly items: IdMap };
    /** Size of the artifact. */
    readonly bytes: number;
    readonly fileBytes: number;
  };
}

/** Runs one task. Throws `EngineError` for an unusable file. */
export async function runShard(
  deps: Deps,
  spec: ShardedFile,
  { stage, task }: { readonly stage: string; readonly task: number },
  work: Work,
): Promise<ShardOutcome> {
  const ingest = await workOf(deps, spec, work);
  if (stage === FINISH) return { next: [], read: await finish(deps, spec, ingest) };
  const next = await runIngestTask(ingest, stage as IngestStage["name"], task);
  return { next: stage === "order" ? [...next, { name: FINISH, taskCount: 1 }] : next };
}

async function workOf(deps: Deps, spec: ShardedFile, work: Work): Promise<IngestWork> {
  const { header, breathe, ...reading } = readOptionsOf(work, spec.reading);
  return {
    file: await rangedFile(deps, spec),
    store: taskObjects(deps, spec.prefix),
    columns: { ...spec.columns, header },
    rules: datasetRulesOf(spec.reading?.counting, Boolean(spec.columns.time)),
    sizes: sizesFor(deps.isolateFileBytes),
    reading,
    breathe,
    digest: sha256,
  };
}

/** Where files that are cut are small, as in tests, ranges are small, too. */
function sizesFor(isolateFileBytes: number): IngestWork["sizes"] {
  const { rangeBytes, partitionBytes, ...sizes } = INGEST_SIZES;
  const most = Math.max(1, isolateFileBytes);
  return { ...sizes, rangeBytes: Math.min(rangeBytes, most), partitionBytes: Math.min(partitionBytes, most) };
}

async function rangedFile({ store }: Deps, { fileKey, fileName }: ShardedFile): Promise<RangedFile> {
  const head = await store.head(fileKey);
  if (!head) throw gone();
  return {
    name: fileName,
    size: head.size,
    async *read(from, to) {
      if (from === to) return;
      const object = await store.get(fileKey, { range: { offset: from, length: to - from } });
      if (!object) throw gone();
      yield* chunksOf(object.body);
    },
  };
}

function gone(): EngineError {
  return new EngineError("EMPTY_DATA", "The uploaded file is no longer there.");
}

async function finish(
  deps: Deps,
  spec: ShardedFile,
  ingest: IngestWork,
): Promise<NonNullable<ShardOutcome["read"]>> {
  const { sections, report, ...ids } = await finishDataset(ingest);
  const meta = { data_id: spec.rowId, project_id: spec.projectId };
  const stored = sections.map((section) => storedSection(deps, spec, section));
  const content = { kind: DATASET_KIND, meta, sections: stored };
  const bytes = await deps.artifacts.putMade(spec.artifactKey, meta, async (signer) =>
    breathing(await encodeStorable(content, signer), ingest.breathe),
  );
  const held = { ...report, held_bytes: heldBytesOfDataset({ sections }) };
  return { report: withNote(held, spec.reading), ids, bytes, fileBytes: ingest.file.size };
}

function storedSection(
  { store }: Deps,
  { prefix }: ShardedFile,
  { object, offset, ...described }: PlacedSection,
): StoredSection {
  const key = `${prefix}${object}`;
  return {
    name: described.name,
    described,
    async read() {
      const found = await store.get(key, { range: { offset, length: described.bytes } });
      if (!found) throw new ObjectMissing(object);
      return found.body;
    },
  };
}
