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

/** Sections that lie side by side in an artifact. */
export interface SectionRun {
  /** Where the first begins, counted from the start of the data area. */
  readonly offset: number;
  /** Up to the end of the last. */
  readonly bytes: number;
  readonly entries: readonly SectionEntry[];
}

/** The wanted sections in runs, so that one read is enough for neighbours. */
export function runsOf(
  entries: readonly SectionEntry[],
  isWanted: (name: string) => boolean,
): readonly SectionRun[] {
  const runs: SectionEntry[][] = [];
  let isRunning = false;
  for (const entry of entries) {
    const wanted = isWanted(entry.name);
    if (wanted && isRunning) runs.at(-1)?.push(entry);
    else if (wanted) runs.push([entry]);
    isRunning = wanted;
  }
  return runs.map((run) => {
    const [offset, last] = [run[0]?.offset ?? 0, run.at(-1)];
    return { offset, bytes: (last ? last.offset + last.bytes : 0) - offset, entries: run };
  });
}

/** The sections of a run, as views of its bytes. Throws EngineError `BAD_ARTIFACT` for those that are not what their entries say. */
export async function readRun({ offset, entries }: SectionRun, bytes: Uint8Array): Promise<Section[]> {
  const found: Section[] = [];
  for (const entry of entries) {
    const start = entry.offset - offset;
    found.push(await verifySection(entry, bytes.subarray(start, start + entry.bytes), sha256));
  }
  return found;
}
