import { verifySection } from "#engine/artifact/decode-artifact.ts";
import { badArtifact, type SectionEntry, toHex } from "#engine/artifact/format.ts";
import type { Section } from "#engine/artifact/section.ts";
import { sha256 } from "./artifact-signing.ts";
import { ByteSource } from "./byte-source.ts";

/** Where the bytes of a section go, and the section that they become. */
export interface SectionPlace {
  /** As long as the section. Asked for again for every chunk, as memory may move meanwhile. */
  bytes(): Uint8Array;
  section(): Section;
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

/**
 * Reads the sections of a run, in their order, and checks their hashes. Throws EngineError `BAD_ARTIFACT`; places then hold bytes that must
 * not be used.
 *
 * @param stream  The bytes of the run.
 * @param placeOf Where the bytes of a section go; null for memory of its own.
 */
export async function readRun(
  { offset, entries }: SectionRun,
  stream: ReadableStream<Uint8Array>,
  placeOf: (entry: SectionEntry) => SectionPlace | null,
): Promise<Section[]> {
  const source = new ByteSource(stream);
  const found: Section[] = [];
  let at = offset;
  try {
    for (const entry of entries) {
      const padding = await source.take(entry.offset - at);
      if (padding.some((byte) => byte !== 0))
        throw badArtifact(`The bytes before "${entry.name}" are not 0.`);
      at = entry.offset + entry.bytes;
      found.push(await readSection(entry, source, placeOf(entry)));
    }
    return found;
  } finally {
    await source.close();
  }
}

async function readSection(
  entry: SectionEntry,
  source: ByteSource,
  place: SectionPlace | null,
): Promise<Section> {
  if (place === null) return verifySection(entry, await source.take(entry.bytes), sha256);
  await source.copyInto(() => place.bytes());
  const found = toHex(await sha256(place.bytes()));
  if (found === entry.sha256) return place.section();
  throw badArtifact(`Section "${entry.name}" has the hash ${found}, expected ${entry.sha256}.`);
}
