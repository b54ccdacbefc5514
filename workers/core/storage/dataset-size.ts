import type { ArtifactHeader } from "#engine/artifact/decode-header.ts";
import { isNeededForDataset } from "#engine/data/dataset-artifact.ts";
import { SAMPLE_INTERACTIONS } from "#engine/scale/sample/sample-users.ts";
import { MAX_ARTIFACT_BYTES } from "./artifact-store.ts";

interface SectionSize {
  readonly name: string;
  readonly bytes: number;
}

/** The bytes that a dataset takes in memory. */
export function heldBytesOfDataset({ sections }: { readonly sections: readonly SectionSize[] }): number {
  return sections
    .filter(({ name }) => isNeededForDataset(name, false))
    .reduce((sum, section) => sum + section.bytes, 0);
}

/** Whether data of this size are more than an isolate holds. */
export function isTooMuchToHold(heldBytes: number, isolateFileBytes: number): boolean {
  return heldBytes > Math.min(MAX_ARTIFACT_BYTES, isolateFileBytes);
}

/** An entry in memory: item, weight and time. */
const ENTRY_BYTES = 16;

/** Most interactions of the sample that a study has where no isolate holds the data. */
export function sampleInteractions(isolateFileBytes: number): number {
  return Math.min(SAMPLE_INTERACTIONS, Math.min(MAX_ARTIFACT_BYTES, isolateFileBytes) / ENTRY_BYTES);
}

/** Whether a dataset has more bytes than an isolate holds. Then work with it is cut into tasks that hold a block at a time. */
export function isPastIsolate(header: Pick<ArtifactHeader, "sections">, isolateFileBytes: number): boolean {
  return isTooMuchToHold(heldBytesOfDataset(header), isolateFileBytes);
}
