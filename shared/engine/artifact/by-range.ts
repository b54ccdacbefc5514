import type { ArtifactHeader } from "./decode-header.ts";

/** Sections with such a name are read one by one, when somebody needs them: reading an artifact leaves them out. */
export const BY_RANGE = "by-range/";

export function isByRange(name: string): boolean {
  return name.startsWith(BY_RANGE);
}

/** Bytes of a file without the sections that are read one by one. */
export function heldBytesOf({
  sections,
  totalBytes,
}: Pick<ArtifactHeader, "sections" | "totalBytes">): number {
  return sections.reduce((rest, { name, bytes }) => (isByRange(name) ? rest - bytes : rest), totalBytes);
}
