import {
  type ArtifactMeta,
  alignUp,
  badArtifact,
  DIGEST_BYTES,
  DTYPES,
  dataStartOf,
  FORMAT_VERSION,
  HEADER_LENGTH_OFFSET,
  HEADER_OFFSET,
  isDtype,
  isSectionName,
  MAGIC,
  MAX_HEADER_BYTES,
  RESERVED_OFFSET,
  type SectionEntry,
  SIGNATURE_BYTES,
  VERSION_OFFSET,
  type Verifier,
} from "./format.ts";

/** The first read of a reader by ranges: holds the whole header of most artifacts. */
export const HEADER_PREFIX_BYTES = 4096;

const WHY_UNCONFIRMED =
  "the file was signed with a secret other than the one used here, or it was changed afterwards.";

/** A verified header. */
export interface ArtifactHeader {
  readonly kind: string;
  readonly keyId: string;
  readonly meta: ArtifactMeta;
  readonly sections: readonly SectionEntry[];
  /** First byte after the signature; zeros from here to the data area. */
  readonly signatureEnd: number;
  /** First byte of the data area. */
  readonly dataStart: number;
  /** Length of the whole artifact. */
  readonly totalBytes: number;
}

export type HeaderRead =
  | { readonly state: "complete"; readonly header: ArtifactHeader }
  /** The prefix is too short; a read of this many bytes from the start is enough for the next step. */
  | { readonly state: "incomplete"; readonly bytesNeeded: number };

/**
 * Reads and verifies the header from the first bytes of an artifact.
 *
 * Returns the header only after its signature is verified and its section table has the one layout that the format allows. Throws
 * `BAD_ARTIFACT` otherwise.
 */
export async function decodeHeader(
  prefix: Uint8Array,
  expected: { readonly kind: string; readonly verifier: Verifier },
): Promise<HeaderRead> {
  if (prefix.length < HEADER_OFFSET) return { state: "incomplete", bytesNeeded: HEADER_OFFSET };
  const headerBytes = readFixedPart(prefix);
  const signedBytes = HEADER_OFFSET + headerBytes;
  const bytesNeeded = signedBytes + SIGNATURE_BYTES;
  if (prefix.length < bytesNeeded) return { state: "incomplete", bytesNeeded };

  const { kind, keyId, meta, sections } = parseHeader(prefix.subarray(HEADER_OFFSET, signedBytes));
  const signature = prefix.subarray(signedBytes, bytesNeeded);
  if (!(await expected.verifier.verify(keyId, prefix.subarray(0, signedBytes), signature))) {
    throw badArtifact(`The signature by key "${keyId}" cannot be confirmed: ${WHY_UNCONFIRMED}`);
  }
  if (kind !== expected.kind)
    throw badArtifact(`Expected an artifact of kind "${expected.kind}", got "${kind}".`);
  const dataStart = dataStartOf(headerBytes);
  const totalBytes = dataStart + checkLayout(sections);
  const header = { kind, keyId, meta, sections, signatureEnd: bytesNeeded, dataStart, totalBytes };
  return { state: "complete", header };
}

/** Where a section lies in the file, for a range read: bytes `start` to `end`, `end` excluded. Throws `BAD_ARTIFACT` when absent. */
export function sectionRange(
  header: ArtifactHeader,
  name: string,
): { readonly entry: SectionEntry; readonly start: number; readonly end: number } {
  const entry = header.sections.find((section) => section.name === name);
  if (!entry) throw badArtifact(`The artifact has no section "${name}".`);
  const start = header.dataStart + entry.offset;
  return { entry, start, end: start + entry.bytes };
}

/** Checks magic, version and reserved field. @returns The length of the JSON header. */
function readFixedPart(prefix: Uint8Array): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  for (let at = 0; at < MAGIC.length; at++) {
    if (prefix[at] !== MAGIC.charCodeAt(at)) {
      throw badArtifact(`This is not an Edgewise artifact: it does not begin with "${MAGIC}".`);
    }
  }
  const version = view.getUint16(VERSION_OFFSET, true);
  if (version !== FORMAT_VERSION) {
    throw badArtifact(`The artifact has format version ${version}, expected ${FORMAT_VERSION}.`);
  }
  const reserved = view.getUint16(RESERVED_OFFSET, true);
  if (reserved !== 0) throw badArtifact(`The artifact's reserved field is ${reserved}, expected 0.`);
  const headerBytes = view.getUint32(HEADER_LENGTH_OFFSET, true);
  if (headerBytes > MAX_HEADER_BYTES) {
    throw badArtifact(
      `The artifact claims a header of ${headerBytes} bytes, expected at most ${MAX_HEADER_BYTES}.`,
    );
  }
  return headerBytes;
}

type UnverifiedHeader = Pick<ArtifactHeader, "kind" | "keyId" | "meta" | "sections">;

function parseHeader(bytes: Uint8Array): UnverifiedHeader {
  const header = parseJson(bytes);
  if (!isObject(header))
    throw badArtifact(`The artifact's header is ${typeName(header)}, expected an object.`);
  const { kind, keyId, meta, sections } = header;
  if (typeof kind !== "string") throw badField("kind", kind, "a string");
  if (typeof keyId !== "string") throw badField("keyId", keyId, "a string");
  if (!isObject(meta)) throw badField("meta", meta, "an object");
  if (!Array.isArray(sections)) throw badField("sections", sections, "an array");
  return { kind, keyId, meta, sections: sections.map(parseEntry) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw badArtifact("The artifact's header is not JSON in UTF-8.");
  }
}

function parseEntry(entry: unknown, at: number): SectionEntry {
  const where = `sections[${at}]`;
  if (!isObject(entry)) throw badField(where, entry, "an object");
  const { name, dtype, length, offset, bytes, sha256 } = entry;
  if (!isSectionName(name)) throw badField(`${where}.name`, name, "a name in [a-z0-9._/-]");
  if (!isDtype(dtype)) throw badField(`${where}.dtype`, dtype, `one of ${Object.keys(DTYPES).join(", ")}`);
  if (!isCount(length)) throw badField(`${where}.length`, length, "a whole number");
  if (!isCount(offset)) throw badField(`${where}.offset`, offset, "a whole number");
  if (!isCount(bytes)) throw badField(`${where}.bytes`, bytes, "a whole number");
  if (typeof sha256 !== "string" || !isHexDigest(sha256))
    throw badField(`${where}.sha256`, sha256, "a SHA-256");
  return { name, dtype, length, offset, bytes, sha256 };
}

/**
 * Checks that sections are where the format puts them. Each begins at the first multiple of 64 after the previous one and has
 * the length that its elements need. This alone excludes overlap, misalignment and hidden gaps. @returns The length of the data
 * area.
 */
function checkLayout(sections: readonly SectionEntry[]): number {
  const names = new Set<string>();
  let end = 0;
  for (const { name, dtype, length, offset, bytes } of sections) {
    if (names.has(name)) throw badArtifact(`Section "${name}" is listed twice, expected once.`);
    names.add(name);
    const expectedBytes = length * DTYPES[dtype].BYTES_PER_ELEMENT;
    if (bytes !== expectedBytes) {
      throw badArtifact(
        `Section "${name}" has ${bytes} bytes, expected ${expectedBytes} for ${length} × ${dtype}.`,
      );
    }
    const expectedOffset = alignUp(end);
    if (offset !== expectedOffset) {
      throw badArtifact(`Section "${name}" is at offset ${offset}, expected ${expectedOffset}.`);
    }
    end = offset + bytes;
  }
  return end;
}

function badField(field: string, value: unknown, expected: string) {
  return badArtifact(
    `Field "${field}" of the artifact's header is ${typeName(value)}, expected ${expected}.`,
  );
}

/** A short, bounded rendering of a foreign value. */
function typeName(value: unknown): string {
  if (value === undefined) return "absent";
  if (value !== null && typeof value === "object") return Array.isArray(value) ? "an array" : "an object";
  return JSON.stringify(value).slice(0, 80);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHexDigest(value: string): boolean {
  return value.length === 2 * DIGEST_BYTES && /^[0-9a-f]+$/.test(value);
}
