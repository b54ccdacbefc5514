/**
 * Signs an artifact again in its place: with the newest secret, or under other names. Its data are streamed; only the header is
 * in memory.
 */
import type { ArtifactHeader } from "#engine/artifact/decode-header.ts";
import { encodeHeader } from "#engine/artifact/encode-artifact.ts";
import { type ArtifactNames, requireNames } from "./artifact-names.ts";
import type { ArtifactKeyRing } from "./artifact-signing.ts";
import { type ArtifactBucket, readHeader } from "./artifact-store.ts";

export interface NewSignature {
  readonly kind: string;
  readonly belongs?: ArtifactNames;
  readonly names?: ArtifactNames;
}

/**
 * Returns the size of the file. Returns null and writes nothing when it is already signed by the newest secret under these names,
 * or was replaced or deleted meanwhile. Throws `ArtifactMissing`, or EngineError `BAD_ARTIFACT` for a file that this deployment
 * never signed.
 *
 * @param signature `belongs`: the names it must have. `names`: its new names.
 */
export async function resignArtifact(
  bucket: ArtifactBucket,
  ring: ArtifactKeyRing,
  key: string,
  { kind, belongs = {}, names = {} }: NewSignature,
): Promise<number | null> {
  const { header, bytes, etag } = await readHeader(bucket, key, { kind, verifier: ring.verifier });
  requireNames(header.meta, belongs);
  const meta = { ...header.meta, ...names };
  if (header.keyId === ring.signer.keyId && isSame(header.meta, meta)) return null;
  const prefix = await encodeHeader({ kind, meta, sections: header.sections }, ring.signer);
  const data = bytes - header.dataStart;
  const { readable, writable } = new FixedLengthStream(prefix.length + data);
  const copied = copyData(bucket, key, { header, data, etag, prefix, writable });
  // If the copy fails, the write fails, too: its stream ends early.
  copied.catch(() => undefined);
  const written = await bucket.put(key, readable, { onlyIf: { etagMatches: etag } });
  if (written === null) return null;
  await copied;
  return prefix.length + data;
}

interface Copy {
  readonly header: ArtifactHeader;
  readonly data: number;
  readonly etag: string;
  readonly prefix: Uint8Array;
  readonly writable: WritableStream<Uint8Array>;
}

async function copyData(
  bucket: ArtifactBucket,
  key: string,
  { header, data, etag, prefix, writable }: Copy,
): Promise<void> {
  const writer = writable.getWriter();
  try {
    await writer.write(prefix);
    writer.releaseLock();
    if (data === 0) return await writable.close();
    const range = { offset: header.dataStart, length: data };
    const object = await bucket.get(key, { range, onlyIf: { etagMatches: etag } });
    if (!object || !("body" in object))
      throw new Error(`The artifact "${key}" was replaced while it was copied.`);
    await object.body.pipeTo(writable);
  } catch (error) {
    await writable.abort(error).catch(() => undefined);
    throw error;
  }
}

function isSame(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(b).every(([name, value]) => a[name] === value);
}
