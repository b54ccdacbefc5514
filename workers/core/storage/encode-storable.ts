/** Encodes artifacts that take over sections of others: the header is made of what their headers say, and the data are copied as a stream. */
import {
  type ArtifactContent,
  type DescribedSection,
  describeSection,
  encodeHeader,
  placeSections,
} from "#engine/artifact/encode-artifact.ts";
import { bytesOf, type Signer } from "#engine/artifact/format.ts";
import type { Section } from "#engine/artifact/section.ts";
import { sha256 } from "./artifact-signing.ts";
import { chunksOf } from "./byte-source.ts";

/** A section whose data lie in another artifact, with a hash that its header vouches for. */
export interface StoredSection {
  readonly name: string;
  readonly described: DescribedSection;
  /** Throws `ArtifactMissing` when the other artifact is gone or was exchanged. */
  read(): Promise<ReadableStream<Uint8Array>>;
}

/** What an artifact is made of; stored sections are copied as a stream. */
export interface StorableContent extends Omit<ArtifactContent, "sections"> {
  readonly sections: readonly (Section | StoredSection)[];
}

/** The length of the file and its chunks, in order. Section data are read from the caller's arrays as they are written: these must not change before. */
export async function encodeStorable(
  { kind, meta, sections }: StorableContent,
  signer: Signer,
): Promise<{ readonly bytes: number; readonly chunks: AsyncGenerator<Uint8Array> }> {
  const described: DescribedSection[] = [];
  for (const section of sections) {
    described.push(
      isStored(section)
        ? { ...section.described, name: section.name }
        : await describeSection(section, sha256),
    );
  }
  const entries = placeSections(described);
  const header = await encodeHeader({ kind, meta, sections: entries }, signer);
  const last = entries.at(-1);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield header;
    let written = 0;
    for (const [at, section] of sections.entries()) {
      const { offset = 0, bytes = 0 } = entries[at] ?? {};
      if (offset > written) yield new Uint8Array(offset - written);
      written = offset + bytes;
      if (bytes === 0) continue;
      if (!isStored(section)) yield* piecesOf(section);
      else yield* chunksOf(await section.read());
    }
  };
  return { bytes: header.length + (last ? last.offset + last.bytes : 0), chunks: chunks() };
}

/** The writer holds what it is given until it is written. */
const PIECE_BYTES = 2 ** 18;

/** Copies: the writer may take them over, which memory of the kernels does not allow. */
function* piecesOf({ data }: Section): Generator<Uint8Array> {
  for (let at = 0; at < data.byteLength; at += PIECE_BYTES) {
    yield bytesOf(data).slice(at, at + PIECE_BYTES);
  }
}

function isStored(section: Section | StoredSection): section is StoredSection {
  return "described" in section;
}
