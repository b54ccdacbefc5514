import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { bytesOf, dtypeOf, type SectionEntry } from "#engine/artifact/format.ts";
import type { SectionPlace } from "#storage/read-section.ts";

/** What `ArtifactOpener.open` gives for an artifact that a test keeps in memory. */
export function openedArtifact(content: ArtifactContent | undefined) {
  if (!content) throw new Error("There is no such artifact.");
  const { meta, sections } = content;
  return {
    header: { meta },
    sections: () => sections,
    readSections: async (placeOf: (entry: SectionEntry) => SectionPlace | null) =>
      sections.map((section) => {
        const { name, data } = section;
        const place = placeOf({
          ...{ name, dtype: dtypeOf(name, data), length: data.length },
          ...{ bytes: data.byteLength, offset: 0, sha256: "" },
        });
        place?.bytes().set(bytesOf(data));
        return place?.section() ?? section;
      }),
  };
}
