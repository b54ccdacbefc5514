import { verifySection } from "#engine/artifact/decode-artifact.ts";
import { badArtifact, type SectionEntry, toHex } from "#engine/artifact/format.ts";
import type { Section } from "#engine/artifact/section.ts";
import { sha256 } from "./artifact-signing.ts";

/** Where the bytes of a section go, and the section that they become. */
export interface SectionPlace {
  /** As long as the section. Asked for again for every chunk, as memory may move meanwhile. */
  bytes(): Uint8Array;
  section(): Section;
}

/**
 * Reads one section from a stream, and checks its length and hash. Throws EngineError `BAD_ARTIFACT`; the place then holds bytes that must
 * not be used.
 */
export async function readSection(
  entry: SectionEntry,
  stream: ReadableStream<Uint8Array>,
  place: SectionPlace | null,
): Promise<Section> {
  if (place === null) {
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    return verifySection(entry, bytes, sha256);
  }
  let length = 0;
  for await (const chunk of stream) {
    if (length + chunk.length > entry.bytes) break;
    place.bytes().set(chunk, length);
    length += chunk.length;
  }
  if (length !== entry.bytes) {
    throw badArtifact(`Section "${entry.name}" came with other than ${entry.bytes} bytes.`);
  }
  const found = toHex(await sha256(place.bytes()));
  if (found === entry.sha256) return place.section();
  throw badArtifact(`Section "${entry.name}" has the hash ${found}, expected ${entry.sha256}.`);
}
