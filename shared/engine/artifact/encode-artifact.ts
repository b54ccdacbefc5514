import { EngineError } from "../engine-error.ts";
import {
  type ArtifactMeta,
  alignUp,
  bytesOf,
  type Digest,
  dataStartOf,
  dtypeOf,
  FORMAT_VERSION,
  HEADER_LENGTH_OFFSET,
  HEADER_OFFSET,
  isSectionName,
  MAGIC,
  MAX_HEADER_BYTES,
  type SectionEntry,
  SIGNATURE_BYTES,
  type Signer,
  toHex,
  VERSION_OFFSET,
} from "./format.ts";
import type { Section } from "./section.ts";

export interface ArtifactContent {
  /** The kind of the artifact, e.g. `model`; the decoder asks for it by name. */
  readonly kind: string;
  readonly meta: ArtifactMeta;
  readonly sections: readonly Section[];
}

/**
 * Encodes and signs an artifact. Written one after another, the chunks are the file.
 *
 * Section chunks are views of the caller's arrays, not copies: write them out before changing those arrays.
 * Throws `BAD_PARAMETER` for section names that are malformed or repeated, and for a header beyond `MAX_HEADER_BYTES`.
 */
export async function encodeArtifact(
  content: ArtifactContent,
  effects: { readonly digest: Digest; readonly signer: Signer },
): Promise<Uint8Array[]> {
  const described: DescribedSection[] = [];
  for (const section of content.sections) described.push(await describeSection(section, effects.digest));
  const entries = placeSections(described);
  const { kind, meta } = content;
  const chunks = [await encodeHeader({ kind, meta, sections: entries }, effects.signer)];
  let written = 0;
  for (const [at, section] of content.sections.entries()) {
    const { offset, bytes } = entries[at] as SectionEntry;
    if (offset > written) chunks.push(new Uint8Array(offset - written));
    if (bytes > 0) chunks.push(bytesOf(section.data));
    written = offset + bytes;
  }
  return chunks;
}

/** Everything before the data area, signed. Sections keep their places and hashes, so this can sign a stored artifact again. */
export function encodeHeader(
  {
    kind,
    meta,
    sections,
  }: Pick<ArtifactContent, "kind" | "meta"> & { readonly sections: readonly SectionEntry[] },
  signer: Signer,
): Promise<Uint8Array> {
  return encodePrefix(JSON.stringify({ kind, keyId: signer.keyId, meta, sections }), signer);
}

/** A section as the header names it, wherever its data lie. */
export type DescribedSection = Omit<SectionEntry, "offset">;

/** Throws `BAD_PARAMETER` for data that an artifact cannot hold. */
export async function describeSection({ name, data }: Section, digest: Digest): Promise<DescribedSection> {
  const dtype = dtypeOf(name, data);
  const sha256 = toHex(await digest(bytesOf(data)));
  return { name, dtype, length: data.length, bytes: data.byteLength, sha256 };
}

/** Gives sections their places, one after another. Throws `BAD_PARAMETER` for names that are malformed or repeated. */
export function placeSections(sections: readonly DescribedSection[]): SectionEntry[] {
  const names = new Set<string>();
  let end = 0;
  return sections.map(({ name, dtype, length, bytes, sha256 }) => {
    if (!isSectionName(name)) throw badContent(`Section name "${name}" must match [a-z0-9._/-]{1,128}.`);
    if (names.has(name)) throw badContent(`Section name "${name}" is used twice.`);
    names.add(name);
    const offset = alignUp(end);
    end = offset + bytes;
    return { name, dtype, length, offset, bytes, sha256 };
  });
}

/** Everything before the data area, padding included. */
async function encodePrefix(headerJson: string, signer: Signer): Promise<Uint8Array> {
  const header = new TextEncoder().encode(headerJson);
  if (header.length > MAX_HEADER_BYTES) {
    throw badContent(
      `The artifact header has ${header.length} bytes; at most ${MAX_HEADER_BYTES} are allowed.`,
    );
  }
  const prefix = new Uint8Array(dataStartOf(header.length));
  const view = new DataView(prefix.buffer);
  prefix.set(new TextEncoder().encode(MAGIC));
  view.setUint16(VERSION_OFFSET, FORMAT_VERSION, true);
  view.setUint32(HEADER_LENGTH_OFFSET, header.length, true);
  prefix.set(header, HEADER_OFFSET);
  const signedBytes = HEADER_OFFSET + header.length;
  const signature = await signer.sign(prefix.subarray(0, signedBytes));
  if (signature.length !== SIGNATURE_BYTES) {
    throw badContent(`The signer gave ${signature.length} bytes; an HMAC-SHA256 has ${SIGNATURE_BYTES}.`);
  }
  prefix.set(signature, signedBytes);
  return prefix;
}

function badContent(message: string): EngineError {
  return new EngineError("BAD_PARAMETER", message);
}
