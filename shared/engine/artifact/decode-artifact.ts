import { decodeHeader } from "./decode-header.ts";
import {
  type ArtifactMeta,
  badArtifact,
  type Digest,
  DTYPES,
  type SectionEntry,
  toHex,
  type Verifier,
} from "./format.ts";
import type { Section, SectionData } from "./section.ts";

/** A verified artifact. Section data are views of the decoded bytes. */
export interface Artifact {
  readonly kind: string;
  readonly meta: ArtifactMeta;
  readonly sections: readonly Section[];
}

export interface DecodeOptions {
  /** The kind that the caller can use; every other kind is refused. */
  readonly kind: string;
  readonly digest: Digest;
  readonly verifier: Verifier;
}

/**
 * Decodes a whole artifact after checking every byte of it: signature, layout, the hash of each section, zeros between them.
 *
 * Sections are views of `bytes`, which must not change afterwards; a section is copied only if `bytes` itself starts at an odd
 * address. Throws `BAD_ARTIFACT`; the caller may then use no part of the file.
 */
export async function decodeArtifact(bytes: Uint8Array, options: DecodeOptions): Promise<Artifact> {
  const read = await decodeHeader(bytes, options);
  if (read.state === "incomplete") {
    throw badArtifact(
      `The artifact ends after ${bytes.length} bytes, expected at least ${read.bytesNeeded}.`,
    );
  }
  const { header } = read;
  if (bytes.length !== header.totalBytes) {
    throw badArtifact(`The artifact has ${bytes.length} bytes, expected ${header.totalBytes}.`);
  }
  const sections: Section[] = [];
  let end = header.signatureEnd;
  for (const entry of header.sections) {
    const start = header.dataStart + entry.offset;
    checkZeros(bytes, end, start);
    end = start + entry.bytes;
    sections.push(await verifySection(entry, bytes.subarray(start, end), options.digest));
  }
  checkZeros(bytes, end, bytes.length);
  return { kind: header.kind, meta: header.meta, sections };
}

/**
 * Checks the bytes of one section against its row in a verified header, and gives their typed view.
 * Throws `BAD_ARTIFACT` when length or hash differ.
 */
export async function verifySection(
  entry: SectionEntry,
  bytes: Uint8Array,
  digest: Digest,
): Promise<Section> {
  if (bytes.length !== entry.bytes) {
    throw badArtifact(`Section "${entry.name}" came with ${bytes.length} bytes, expected ${entry.bytes}.`);
  }
  const sha256 = toHex(await digest(bytes));
  if (sha256 !== entry.sha256) {
    throw badArtifact(`Section "${entry.name}" has the hash ${sha256}, expected ${entry.sha256}.`);
  }
  const View: ViewConstructor = DTYPES[entry.dtype];
  const isAligned = bytes.byteOffset % View.BYTES_PER_ELEMENT === 0;
  const source = isAligned ? bytes : new Uint8Array(bytes);
  return { name: entry.name, data: new View(source.buffer, source.byteOffset, entry.length) };
}

/** Finds a section by name and element type. Throws `BAD_ARTIFACT` when it is absent or of another type. */
export function sectionOf<T extends SectionData>(
  artifact: Pick<Artifact, "sections">,
  name: string,
  type: abstract new (...args: never[]) => T,
): T {
  const section = artifact.sections.find((candidate) => candidate.name === name);
  if (!section) throw badArtifact(`The artifact has no section "${name}".`);
  if (!(section.data instanceof type)) {
    throw badArtifact(`Section "${name}" is a ${section.data.constructor.name}, expected a ${type.name}.`);
  }
  return section.data;
}

interface ViewConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): SectionData;
}

function checkZeros(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0) throw badArtifact(`Padding byte ${at} of the artifact is ${bytes[at]}, expected 0.`);
  }
}
