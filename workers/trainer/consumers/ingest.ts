import { formatOfName } from "#contract/file-name.ts";
import { DatasetTooLarge } from "#engine/data/dataset-builder.ts";
import { EngineError } from "#engine/engine-error.ts";
import { FIRST_INGEST_STAGES } from "#engine/scale/ingest/ingest-plan.ts";
import { isFarPastIsolate } from "#engine/scale/ingest/past-isolate.ts";
import { leavesRowsOut } from "#jobs/file-reading.ts";
import type { IngestionEvent, IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { IngestMessage } from "#jobs/messages.ts";
import { chunksOf } from "#storage/byte-source.ts";
import { makeEventData } from "../reading/event-data.ts";
import { coverageOfData, coverageOfMetadata } from "../reading/metadata-coverage.ts";
import { storeDataset, storeMetadata, subjectOf } from "../reading/store-reading.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { type Workmanship, workOnJob } from "../work/leased-work.ts";
import { asWholeJob } from "../work/staged-work.ts";
import { ClaimLost, type Work } from "../work/work.ts";

/** Reads an uploaded file into an artifact. An unusable file is refused at once, with the reason for its owner. */
export function ingest(deps: TrainerDeps, message: IngestMessage): Promise<void> {
  const job = deps.ingestion(message.source, message.rowId);
  const workmanship: Workmanship<IngestionSpec> = {
    isFinal: (error) => error instanceof EngineError,
    writes: ({ spec }) => [spec.artifactKey],
  };
  const whole = asWholeJob<IngestionEvent, IngestionSpec, IngestionResult>(job);
  return workOnJob(deps, whole, workmanship, async ({ spec, claim }, work) => {
    const result = await readInto(deps, spec, work);
    if (result !== TOO_LARGE) return { type: "complete", result };
    await job.handle({ type: "shard", claim, stages: FIRST_INGEST_STAGES });
    throw new ClaimLost();
  });
}

/** The file does not fit one isolate. */
const TOO_LARGE = "too large";
/** Text takes this many times as much room as its gzip. */
const USUAL_GZIP_RATIO = 8;

function isTooLarge(
  { isolateFileBytes }: TrainerDeps,
  { fileName }: IngestionSpec,
  storedBytes: number,
): boolean {
  const ratio = formatOfName(fileName).gzip ? USUAL_GZIP_RATIO : 1;
  return storedBytes * ratio > isolateFileBytes;
}

/** Files of more bytes may be far past an isolate. A look at the beginning costs them little. */
const WORTH_A_LOOK_BYTES = 2 ** 25;
const SAMPLE_BYTES = 2 ** 16;

/** Looks at the beginning, the middle and the end: ids often get longer. */
async function hasTooManyRows(
  { store }: TrainerDeps,
  { fileKey, columns, reading }: IngestionSpec,
  bytes: number,
): Promise<boolean> {
  if (bytes < WORTH_A_LOOK_BYTES) return false;
  const samples: Uint8Array[] = [];
  for (const offset of [0, Math.floor(bytes / 2), bytes - SAMPLE_BYTES]) {
    const object = await store.get(fileKey, { range: { offset, length: SAMPLE_BYTES } });
    if (!object) return false;
    samples.push(new Uint8Array(await object.arrayBuffer()));
  }
  const dropsRows = leavesRowsOut({ columns, reading });
  return isFarPastIsolate(samples, { bytes, hasTimes: columns.time !== null, dropsRows });
}

async function readInto(
  deps: TrainerDeps,
  spec: IngestionSpec,
  work: Work,
): Promise<IngestionResult | typeof TOO_LARGE> {
  if (spec.snapshot) await makeEventData(deps, spec, spec.snapshot, work);
  if (spec.source === "training_data") return readInteractionsInto(deps, spec, work);
  const about = subjectOf(spec.source);
  const file = await fileOf(deps, spec);
  const { metadata, report } = await storeMetadata(deps, file, about, work);
  const coverage = await coverageOfMetadata(deps, spec, about, metadata.itemIds);
  return { report: { ...report, coverage }, validColumns: [...metadata.columns] };
}

async function readInteractionsInto(deps: TrainerDeps, spec: IngestionSpec, work: Work) {
  const { size, ...file } = await fileOf(deps, spec);
  try {
    if (isTooLarge(deps, spec, size) || (await hasTooManyRows(deps, spec, size))) {
      await file.cancel();
      return TOO_LARGE;
    }
    const { dataset, report } = await storeDataset(deps, file, work);
    const coverages = await coverageOfData(deps, spec, dataset);
    return { report, validColumns: null, coverages, ...(spec.snapshot && { fileBytes: size }) };
  } catch (error) {
    if (error instanceof DatasetTooLarge) return TOO_LARGE;
    throw error;
  }
}

async function fileOf({ store }: TrainerDeps, spec: IngestionSpec) {
  const object = await store.get(spec.fileKey);
  if (!object) throw new EngineError("EMPTY_DATA", "The uploaded file is no longer there.");
  const { body, size } = object;
  const content = { name: spec.fileName, bytes: chunksOf(body) };
  return { ...spec, content, reading: spec.reading, size, cancel: () => body.cancel() };
}
