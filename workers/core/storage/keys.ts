/**
 * Where things lie in R2. Every key starts with its project, so that a tenant can be exported or erased by prefix.
 */
export function projectPrefix(projectId: number): string {
  return `projects/${projectId}/`;
}

export function uploadKey(projectId: number, uploadToken: string): string {
  return `${projectPrefix(projectId)}uploads/${uploadToken}`;
}

export function datasetKey(projectId: number, dataId: number): string {
  return `${projectPrefix(projectId)}datasets/${dataId}.edgewise`;
}

export function metadataKey(projectId: number, metadataId: number): string {
  return `${projectPrefix(projectId)}metadata/${metadataId}.edgewise`;
}

export function userMetadataKey(projectId: number, metadataId: number): string {
  return `${projectPrefix(projectId)}user-metadata/${metadataId}.edgewise`;
}

export function modelKey(projectId: number, modelId: number): string {
  return `${projectPrefix(projectId)}models/${modelId}.edgewise`;
}

/** What was made anew of a file or model without somebody; `start` tells attempts apart. */
export function erasedKey(projectId: number, start: string): string {
  return `${projectPrefix(projectId)}erased/${start}`;
}

/** Checkpoints alternate between two keys, so that the one before survives while the next is written. */
export function checkpointKey(projectId: number, modelId: number, slice: number): string {
  return `${projectPrefix(projectId)}models/${modelId}.checkpoint-${slice % 2}`;
}
