/** The tasks of reading a large file, on R2: the file by ranges, objects for the tasks of one job, and the dataset's artifact at the end. */
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { EngineError } from "#engine/engine-error.ts";
import { finishDataset, type PlacedSection } from "#engine/scale/ingest/finish-dataset.ts";
import { type IngestStage, runIngestTask } from "#engine/scale/ingest/ingest-plan.ts";
import {
  INGEST_SIZES,
  type IngestWork,
  type RangedFile,
  type RangedStore,
} from "#engine/scale/ingest/ingest-work.ts";
import { datasetRulesOf } from "#jobs/file-reading.ts";
import type { IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import { sha256 } from "#storage/artifact-signing.ts";
import type { StoredSection } from "#storage/encode-storable.ts";
import { shardsPrefix } from "#storage/keys.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { TaskOutcome } from "../work/staged-work.ts";
import type { Work } from "../work/work.ts";
import { bytesOf } from "./byte-stream.ts";
import { coverageOfData } from "./metadata-coverage.ts";
import { readOptionsOf } from "./read-options.ts";
import { withNote } from "./store-reading.ts";

type Deps = Pick<TrainerDeps, "store" | "files" | "artifacts" | "isolateFileBytes">;

/** The last stage: puts the dataset together and reports it. */
const FINISH = "finish";

/** Runs one task. Throws `EngineError` for an unusable file. */
export async function runShard(
  deps: Deps,
  spec: IngestionSpec,
  { stage, task }: { readonly stage: string; readonly task: number },
  work: Work,
): Promise<TaskOutcome<IngestionResult>> {
  const ingest = await workOf(deps, spec, work);
  if (stage === FINISH) return { next: [], result: await finish(deps, spec, ingest) };
  const next = await runIngestTask(ingest, stage as IngestStage["name"], task);
  return { next: stage === "order" ? [...next, { name: FINISH, taskCount: 1 }] : next };
}

async function workOf(deps: Deps, spec: IngestionSpec, work: Work): Promise<IngestWork> {
  const { header, breathe, ...reading } = readOptionsOf(work, spec.reading);
  return {
    file: await rangedFile(deps, spec),
    store: rangedStore(deps, spec),
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

async function rangedFile({ store }: Deps, { fileKey, fileName }: IngestionSpec): Promise<RangedFile> {
  const head = await store.head(fileKey);
  if (!head) throw gone();
  return {
    name: fileName,
    size: head.size,
    async *read(from, to) {
      if (from === to) return;
      const object = await store.get(fileKey, { range: { offset: from, length: to - from } });
      if (!object) throw gone();
      yield* bytesOf(object.body);
    },
  };
}

function gone(): EngineError {
  return new EngineError("EMPTY_DATA", "The uploaded file is no longer there.");
}

function rangedStore({ store, files }: Deps, { projectId, rowId }: IngestionSpec): RangedStore {
  const keyOf = (name: string) => `${shardsPrefix(projectId, rowId)}${name}`;
  const bytes = async (object: R2ObjectBody | null) => object && new Uint8Array(await object.arrayBuffer());
  return {
    get: async (name) => bytes(await store.get(keyOf(name))),
    getRange: async (name, from, to) =>
      bytes(await store.get(keyOf(name), { range: { offset: from, length: to - from } })),
    put: async (name, content) => void (await files.put(keyOf(name), content)),
  };
}

async function finish(deps: Deps, spec: IngestionSpec, ingest: IngestWork): Promise<IngestionResult> {
  const { sections, report, users, items } = await finishDataset(ingest);
  const meta = { data_id: spec.rowId, project_id: spec.projectId };
  const stored = sections.map((section) => storedSection(deps, spec, section));
  await deps.artifacts.put(spec.artifactKey, { kind: DATASET_KIND, meta, sections: stored });
  const coverages = await coverageOfData(deps, spec, { users, items });
  const size = spec.snapshot && { fileBytes: ingest.file.size };
  return { report: withNote(report, spec.reading), validColumns: null, coverages, ...size };
}

function storedSection(
  { store }: Deps,
  { projectId, rowId }: IngestionSpec,
  { object, offset, ...described }: PlacedSection,
): StoredSection {
  const key = `${shardsPrefix(projectId, rowId)}${object}`;
  return {
    name: described.name,
    described,
    async read() {
      const found = await store.get(key, { range: { offset, length: described.bytes } });
      if (!found) throw new EngineError("BAD_DATA", `The object "${object}" does not exist.`);
      return found.body;
    },
  };
}
