/**
 * Vectors of texts in R2, by the hash of the model's name and the text, so that a text is embedded once. A project has a few objects, each
 * with the hashes that begin alike; one is written whole, with the texts in use alone. Two writers at once cost calls and lose nothing.
 */
import { embeddingKey } from "#storage/keys.ts";

export interface CachedVector {
  readonly values: Int8Array;
  readonly scale: number;
}

export type VectorStore = {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
};

export interface CachePlace {
  readonly projectId: number;
  readonly model: string;
  readonly shard: number;
}

/** Bytes of a hash that are kept. */
const HASH_BYTES = 16;
/** Of a shard: a hash of 128 bits, a scale of 32 bits, and the numbers of the vector, for each text. */
const recordBytes = (width: number) => HASH_BYTES + 4 + width;

/** By hash. An object that is not whole records of this width counts as empty: it is made again. */
export async function readVectors(
  store: VectorStore,
  place: CachePlace,
  width: number,
): Promise<Map<string, CachedVector>> {
  const found = new Map<string, CachedVector>();
  const object = await store.get(keyOf(place));
  if (object === null) return found;
  const bytes = await object.arrayBuffer();
  const size = recordBytes(width);
  if (bytes.byteLength % size !== 0) return found;
  const view = new DataView(bytes);
  for (let start = 0; start < bytes.byteLength; start += size) {
    const hash = hexOf(new Uint8Array(bytes, start, HASH_BYTES));
    const scale = view.getFloat32(start + HASH_BYTES, true);
    const values = new Int8Array(bytes, start + HASH_BYTES + 4, width);
    if (scale >= 0 && Number.isFinite(scale)) found.set(hash, { values, scale });
  }
  return found;
}

export async function writeVectors(
  store: VectorStore,
  place: CachePlace,
  vectors: ReadonlyMap<string, CachedVector>,
): Promise<void> {
  const width = vectors.values().next().value?.values.length ?? 0;
  const size = recordBytes(width);
  const bytes = new Uint8Array(vectors.size * size);
  const view = new DataView(bytes.buffer);
  let start = 0;
  for (const [hash, { values, scale }] of [...vectors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let at = 0; at < HASH_BYTES; at++)
      bytes[start + at] = Number.parseInt(hash.slice(2 * at, 2 * at + 2), 16);
    view.setFloat32(start + HASH_BYTES, scale, true);
    new Int8Array(bytes.buffer, start + HASH_BYTES + 4, width).set(values);
    start += size;
  }
  await store.put(keyOf(place), bytes);
}

/** Of the model's name and the text, in hexadecimal. */
export async function hashOfText(model: string, text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${model}\n${text}`));
  return hexOf(new Uint8Array(digest, 0, HASH_BYTES));
}

function keyOf({ projectId, model, shard }: CachePlace): string {
  return embeddingKey(projectId, model, shard);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
