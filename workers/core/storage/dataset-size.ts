import type { ArtifactHeader } from "#engine/artifact/decode-header.ts";
import { isNeededForDataset } from "#engine/data/dataset-artifact.ts";
import { MAX_ARTIFACT_BYTES } from "./artifact-store.ts";

/** The bytes that a dataset takes in memory. */
export function heldBytesOfDataset({ sections }: Pick<ArtifactHeader, "sections">): number {
  return sections
    .filter(({ name }) => isNeededForDataset(name, false))
    .reduce((sum, section) => sum + section.bytes, 0);
}

/** Whether a dataset has more bytes than an isolate holds. Then work with it is cut into tasks that hold a block at a time. */
export function isPastIsolate(header: Pick<ArtifactHeader, "sections">, isolateFileBytes: number): boolean {
  return heldBytesOfDataset(header) > Math.min(MAX_ARTIFACT_BYTES, isolateFileBytes);
}
