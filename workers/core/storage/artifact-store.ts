import { heldBytesOf, isByRange } from "#engine/artifact/by-range.ts";
import { type Artifact, decodeArtifact } from "#engine/artifact/decode-artifact.ts";
import { type ArtifactHeader, decodeHeader, HEADER_PREFIX_BYTES } from "#engine/artifact/decode-header.ts";
import {
  type ArtifactMeta,
  badArtifact,
  type SectionEntry,
  type Signer,
  type Verifier,
} from "#engine/artifact/format.ts";
import type { Section } from "#engine/artifact/section.ts";
import { type ArtifactNames, namesOfKey, requireNames } from "./artifact-names.ts";
import { type ArtifactKeyRing, sha256 } from "./artifact-signing.ts";
import { encodeStorable, type StorableContent, type StoredSection } from "./encode-storable.ts";
import { readRun, runsOf, type SectionPlace } from "./read-section.ts";

/** The key has no object. */
export class ArtifactMissing extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`There is no artifact at "${key}".`);
    this.name = "ArtifactMissing";
    this.key = key;
  }
}

/** The most of a file that an isolate of 128 MB can hold together with everything else: sections that are read by range do not count. */
export const MAX_ARTIFACT_BYTES = 100 * 1024 * 1024;

/** An artifact with a verified header and unread data. */
export interface OpenedArtifact {
  readonly header: ArtifactHeader;
  /** Size of the whole file. */
  readonly bytes: number;
  /** Changes whenever the object does. */
  readonly etag: string;
  /** Size of what `read` reads. */
  readonly heldBytes: number;
  /** Reads and verifies the data without sections that are read by range. Throws EngineError `BAD_ARTIFACT`. */
  read(): Promise<Artifact>;
  /** Reads and verifies the wanted sections only; those that lie side by side take one read. Throws as `read`. */
  readSome(isWanted: (name: string) => boolean): Promise<Section[]>;
  /** Its sections, for another artifact to take over without holding their data. */
  sections(): StoredSection[];
  /**
   * Reads and verifies what `read` does, each section in memory of its own or where it is needed. Throws EngineError `BAD_ARTIFACT`.
   *
   * @param placeOf Where the bytes of a large section go as they come; null for memory of its own.
   */
  readSections(placeOf: (entry: SectionEntry) => SectionPlace | null): Promise<Section[]>;
}

/** The length of an artifact and its chunks, in order. */
export interface MadeArtifact {
  readonly bytes: number;
  readonly chunks: AsyncGenerator<Uint8Array>;
}

export type MakeArtifact = (signer: Signer) => Promise<MadeArtifact>;

export interface ArtifactStore {
  /** Signs and writes an artifact, atomically: it is complete or absent. Returns its size in bytes. */
  put(key: string, content: StorableContent): Promise<number>;
  /** The same for one whose bytes are made as they are written. */
  putMade(key: string, meta: ArtifactMeta, make: MakeArtifact): Promise<number>;
  /** The same, unless the key has an object: that one stays. */
  putFirst(key: string, content: StorableContent): Promise<void>;
  /** Opens and reads. */
  get(key: string, kind: string, names?: ArtifactNames): Promise<Artifact>;
  /** Opens, and reads and verifies the wanted sections only; those that lie side by side take one read. */
  getSections(key: string, kind: string, isWanted: (name: string) => boolean): Promise<Section[]>;
  delete(key: string): Promise<void>;
}

export interface ArtifactOpener {
  /**
   * Reads the first kilobytes of an artifact and verifies signature, kind, length and names: a bad file is refused before its
   * data are read. Throws `ArtifactMissing`, or EngineError `BAD_ARTIFACT`.
   *
   * @param names Required names in addition to those in its key.
   */
  open(key: string, kind: string, names?: ArtifactNames): Promise<OpenedArtifact>;
}

/** The part of an R2 bucket that artifacts need. */
export type ArtifactBucket = Pick<R2Bucket, "head" | "get" | "put" | "delete">;

export function createArtifactStore(
  bucket: ArtifactBucket,
  keyRing: () => Promise<ArtifactKeyRing>,
): ArtifactStore & ArtifactOpener {
  const open = async (key: string, kind: string, names: ArtifactNames = {}): Promise<OpenedArtifact> => {
    const { verifier } = await keyRing();
    const { header, bytes, etag } = await openArtifact(bucket, key, { kind, verifier });
    requireNames(header.meta, names);
    const readRuns = async (isWanted: (name: string) => boolean, placeOf: PlaceOf) => {
      const found: Section[] = [];
      const runs = runsOf(header.sections, isWanted);
      refuseTooLarge(runs.reduce((sum, run) => sum + run.bytes, 0));
      for (const run of runs) {
        const range = { offset: header.dataStart + run.offset, length: run.bytes };
        found.push(...(await readRun(run, await readRange(bucket, key, etag, range), placeOf)));
      }
      return found;
    };
    const readSome = (isWanted: (name: string) => boolean) => readRuns(isWanted, () => null);
    const heldBytes = heldBytesOf(header);
    const read = async () => {
      if (heldBytes < bytes) {
        const held = await readSome((name) => !isByRange(name));
        return { kind, meta: header.meta, sections: held };
      }
      refuseTooLarge(heldBytes);
      const object = await bucket.get(key, { onlyIf: { etagMatches: etag } });
      if (!object) throw new ArtifactMissing(key);
      if (!("body" in object)) throw badArtifact("The artifact was replaced while it was read.");
      return decodeArtifact(new Uint8Array(await object.arrayBuffer()), { kind, digest: sha256, verifier });
    };
    const sections = () =>
      header.sections.map((entry) => storedSection(bucket, key, { etag, header, entry }));
    const readSections = (placeOf: PlaceOf) => readRuns((name) => !isByRange(name), placeOf);
    return { header, bytes, heldBytes, etag, read, readSome, sections, readSections };
  };
  const putMade = async (key: string, meta: ArtifactMeta, make: MakeArtifact, options?: R2PutOptions) => {
    requireNames(meta, placeOf(key));
    const { signer } = await keyRing();
    const { bytes, chunks } = await make(signer);
    await bucket.put(key, streamOf(chunks, bytes), options);
    return bytes;
  };
  const write = (key: string, content: StorableContent, options?: R2PutOptions) =>
    putMade(key, content.meta, (signer) => encodeStorable(content, signer), options);
  return {
    put: (key, content) => write(key, content),
    putMade: (key, meta, make) => putMade(key, meta, make),
    async putFirst(key, content) {
      await write(key, content, { onlyIf: new Headers({ "If-None-Match": "*" }) });
    },
    open,
    get: async (key, kind, names) => (await open(key, kind, names)).read(),
    async getSections(key, kind, isWanted) {
      return (await open(key, kind)).readSome(isWanted);
    },
    delete: (key) => bucket.delete(key),
  };
}

/** An isolate that reads more ends in the middle of it. */
function refuseTooLarge(bytes: number): void {
  if (bytes <= MAX_ARTIFACT_BYTES) return;
  throw badArtifact(`The artifact has ${bytes} bytes to hold, expected at most ${MAX_ARTIFACT_BYTES}.`);
}

type PlaceOf = (entry: SectionEntry) => SectionPlace | null;

interface Place {
  readonly etag: string;
  readonly header: ArtifactHeader;
  readonly entry: SectionEntry;
}

function storedSection(bucket: ArtifactBucket, key: string, { etag, header, entry }: Place): StoredSection {
  const { offset, ...described } = entry;
  const range = { offset: header.dataStart + offset, length: entry.bytes };
  return { name: entry.name, described, read: () => readRange(bucket, key, etag, range) };
}

/** Throws `ArtifactMissing` when the object is gone or was exchanged. */
async function readRange(
  bucket: ArtifactBucket,
  key: string,
  etag: string,
  range: { readonly offset: number; readonly length: number },
): Promise<ReadableStream<Uint8Array>> {
  // R2 refuses a range without bytes.
  if (range.length === 0) return new ReadableStream({ type: "bytes", start: (bytes) => bytes.close() });
  const object = await bucket.get(key, { range, onlyIf: { etagMatches: etag } });
  if (!object || !("body" in object)) throw new ArtifactMissing(key);
  return object.body;
}

function placeOf(key: string): ArtifactNames {
  const names = namesOfKey(key);
  if (names === null) throw badArtifact(`"${key}" is not a key for an artifact.`);
  return names;
}

/** The verified header of the artifact under a key, with the size in its header and the names in its key. */
async function openArtifact(
  bucket: ArtifactBucket,
  key: string,
  expected: { readonly kind: string; readonly verifier: Verifier },
): Promise<{ header: ArtifactHeader; bytes: number; etag: string }> {
  const names = placeOf(key);
  const { header, bytes, etag } = await readHeader(bucket, key, expected);
  requireNames(header.meta, names);
  return { header, bytes, etag };
}

/** As `openArtifact`, for any names in the artifact. */
export async function readHeader(
  bucket: ArtifactBucket,
  key: string,
  expected: { readonly kind: string; readonly verifier: Verifier },
): Promise<{ header: ArtifactHeader; bytes: number; etag: string }> {
  const head = await bucket.head(key);
  if (!head) throw new ArtifactMissing(key);
  const { size: bytes, etag } = head;
  for (let length = Math.min(HEADER_PREFIX_BYTES, bytes); ; ) {
    const prefix = await readPrefix(bucket, key, etag, length);
    const read = await decodeHeader(prefix, expected);
    if (read.state === "complete") {
      const { totalBytes } = read.header;
      if (totalBytes === bytes) return { header: read.header, bytes, etag };
      throw badArtifact(`The artifact has ${bytes} bytes, expected ${totalBytes}.`);
    }
    if (read.bytesNeeded > bytes || read.bytesNeeded <= length) {
      throw badArtifact(`The artifact ends after ${bytes} bytes, expected at least ${read.bytesNeeded}.`);
    }
    length = read.bytesNeeded;
  }
}

async function readPrefix(
  bucket: ArtifactBucket,
  key: string,
  etag: string,
  length: number,
): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array();
  const object = await bucket.get(key, { range: { offset: 0, length }, onlyIf: { etagMatches: etag } });
  if (!object) throw new ArtifactMissing(key);
  if (!("body" in object)) throw badArtifact("The artifact was replaced while it was read.");
  return new Uint8Array(await object.arrayBuffer());
}

/** R2 accepts a stream only with a known length. */
function streamOf(chunks: AsyncGenerator<Uint8Array>, bytes: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(bytes);
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  // A failed write surfaces in the put that reads the other end.
  source.pipeTo(writable).catch(() => undefined);
  return readable;
}
