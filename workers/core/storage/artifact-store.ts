import { type Artifact, decodeArtifact } from "#engine/artifact/decode-artifact.ts";
import { type ArtifactContent, encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import { type ArtifactKeyRing, sha256 } from "./artifact-signing.ts";

/** Nothing lies under the key. */
export class ArtifactMissing extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`There is no artifact at "${key}".`);
    this.name = "ArtifactMissing";
    this.key = key;
  }
}

export interface ArtifactStore {
  /** Signs and writes an artifact; it appears whole or not at all. Returns its size in bytes. */
  put(key: string, content: ArtifactContent): Promise<number>;
  /** Reads and verifies an artifact of the given kind. Throws `ArtifactMissing`, or EngineError `BAD_ARTIFACT`. */
  get(key: string, kind: string): Promise<Artifact>;
  delete(key: string): Promise<void>;
}

export function createArtifactStore(
  bucket: R2Bucket,
  keyRing: () => Promise<ArtifactKeyRing>,
): ArtifactStore {
  return {
    async put(key, content) {
      const { signer } = await keyRing();
      const chunks = await encodeArtifact(content, { digest: sha256, signer });
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      await bucket.put(key, streamOf(chunks, bytes));
      return bytes;
    },
    async get(key, kind) {
      const { verifier } = await keyRing();
      const object = await bucket.get(key);
      if (!object) throw new ArtifactMissing(key);
      const bytes = new Uint8Array(await object.arrayBuffer());
      return decodeArtifact(bytes, { kind, digest: sha256, verifier });
    },
    delete: (key) => bucket.delete(key),
  };
}

/** R2 takes a stream only when it knows the length beforehand. */
function streamOf(chunks: readonly Uint8Array[], bytes: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(bytes);
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  // A failed write surfaces in the put that reads the other end.
  source.pipeTo(writable).catch(() => undefined);
  return readable;
}
