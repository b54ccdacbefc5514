/** What a training takes, before it is started. */
import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { TrainingEstimate, TrainingEstimateRequest } from "#contract/model.ts";
import { parseParams } from "#contract/parse-params.ts";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { bytesOfUserIds } from "#engine/data/dataset-artifact.ts";
import { EngineError } from "#engine/engine-error.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import { blockedDatasetOf } from "#engine/scale/blocks/dataset-blocks.ts";
import { workEstimateOf } from "#engine/scale/estimate/stages-estimate.ts";
import { estimateTraining } from "#engine/scale/estimate/training-stages.ts";
import { estimateWholeTraining } from "#engine/scale/estimate/whole-training.ts";
import { BLOCKED_ALGORITHMS } from "#engine/scale/models/blocked-fits.ts";
import { ArtifactMissing, createArtifactStore, type OpenedArtifact } from "#storage/artifact-store.ts";
import { heldBytesOfDataset, isPastIsolate } from "#storage/dataset-size.ts";
import { referable, requireReference } from "../access/references.ts";
import { FieldError, fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { dataProblem } from "../files/data-problem.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import type { Viewer } from "../viewer.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "artifactKeys" | "isolateFileBytes">;

/**
 * Estimates a training from the header of its dataset and from its parameters. Throws FieldError for unknown data, an unknown algorithm and
 * impossible parameters; a training that is too large has a reason instead.
 */
export async function estimateModel(
  deps: Deps,
  viewer: Viewer,
  { data_loc: dataId, ...request }: TrainingEstimateRequest,
): Promise<TrainingEstimate> {
  const data = await requireReference(deps.db, viewer, referable.data, "data_loc", dataId);
  const { algorithm, params } = configurationOf(request);
  const dataset = await openDataset(deps, data);
  const blocks = await blockedDatasetOf({
    entries: dataset.header.sections,
    read: (names) => dataset.readSome((name) => names.includes(name)),
  });
  const { rowCount: users, columnCount: items, interactionCount: interactions } = blocks.userItems;
  let byBlocks = isPastIsolate(dataset.header, deps.isolateFileBytes);
  try {
    const whole = estimateFit({ users, items, interactions }, algorithm, params);
    byBlocks ||= !whole.accepted && BLOCKED_ALGORITHMS.includes(algorithm);
    if (byBlocks) {
      const idBytes = bytesOfUserIds(dataset.header.sections);
      const estimate = workEstimateOf(estimateTraining(algorithm, params, blocks, idBytes));
      return { by_blocks: true, estimate, memory_mb: null, reason: null };
    }
    const { seconds, peakMb, reason } = whole;
    const sizes = { datasetBytes: heldBytesOfDataset(dataset.header), rows: users + items };
    const estimate = reason === null ? workEstimateOf(estimateWholeTraining(seconds, sizes)) : null;
    return { by_blocks: false, estimate, memory_mb: Math.ceil(peakMb), reason };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { by_blocks: byBlocks, estimate: null, memory_mb: null, reason: error.message };
  }
}

function configurationOf({
  recommender_class_name: name,
  parameters_json: parameters,
}: Omit<TrainingEstimateRequest, "data_loc">) {
  const algorithm = findAlgorithm(name);
  if (algorithm === null) {
    throw fieldError("recommender_class_name", `"${name}" is not a known algorithm.`);
  }
  const parsed = parseParams(algorithm, parameters);
  if (parsed.ok) return { algorithm, params: parsed.params };
  throw new FieldError({
    parameters_json: parsed.problems.map(({ param, message }) => `${param}: ${message}`),
  });
}

async function openDataset({ store, artifactKeys }: Deps, data: TrainingDataRow): Promise<OpenedArtifact> {
  const problem = dataProblem(data);
  if (problem !== null || data.artifactKey === null) throw fieldError("data_loc", problem ?? "");
  try {
    return await createArtifactStore(store, artifactKeys).open(data.artifactKey, DATASET_KIND);
  } catch (error) {
    if (!(error instanceof ArtifactMissing)) throw error;
    throw fieldError("data_loc", `The dataset of data ${data.id} is gone. Upload the file again.`);
  }
}
