import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { bytesOf, dtypeOf, type SectionEntry } from "#engine/artifact/format.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { SectionPlace } from "#storage/read-section.ts";

/** What `ArtifactOpener.open` gives for an artifact that a test keeps in memory. */
export function openedArtifact(content: ArtifactContent | undefined) {
  if (!content) throw new Error("There is no such artifact.");
  const { meta, sections } = content;
  return {
    header: { meta, sections: sections.map((section) => entryOf(section)) },
    sections: () => sections,
    readSome: async (isWanted: (name: string) => boolean) => sections.filter(({ name }) => isWanted(name)),
    readSections: async (placeOf: (entry: SectionEntry) => SectionPlace | null) =>
      sections.map((section) => {
        const place = placeOf(entryOf(section));
        place?.bytes().set(bytesOf(section.data));
        return place?.section() ?? section;
      }),
  };
}

function entryOf({ name, data }: Section): SectionEntry {
  const { length, byteLength: bytes } = data;
  return { name, dtype: dtypeOf(name, data), length, bytes, offset: 0, sha256: "" };
}
