/** Makes vectors of the texts of a table by Workers AI, a shard of the cache after another, so that a failure loses one at most. */
import { EMBEDDING_MODELS, type EmbeddingModel } from "#contract/embedding-models.ts";
import { roundToBytes, type VectorRows } from "#engine/data/vector-rows.ts";
import { type ModelEffects, vectorsOfTexts } from "./text-model.ts";
import {
  type CachedVector,
  hashOfText,
  readVectors,
  type VectorStore,
  writeVectors,
} from "./vector-cache.ts";

/** Texts of a call; the models take at most 100. */
const TEXTS_PER_CALL = 50;
/** Calls at a time; a Worker has six connections. */
const CALLS_AT_ONCE = 4;
/** Objects of a project's cache, a power of two up to 256. */
const SHARDS = 64;
/** Texts that are hashed at a time. */
const HASHED_AT_ONCE = 200;

export interface EmbedEffects extends ModelEffects {
  readonly store: VectorStore;
}

export interface EmbedInput {
  readonly projectId: number;
  readonly model: EmbeddingModel;
  readonly rowCount: number;
  /** Empty for a row without a text. */
  readonly textOf: (row: number) => string;
}

/** A vector of length 1 for each row that has a text. Throws when a call fails for good. */
export async function embedTexts(effects: EmbedEffects, input: EmbedInput): Promise<VectorRows> {
  const { rowCount, model } = input;
  const { width } = EMBEDDING_MODELS[model];
  const vectors = { values: new Int8Array(rowCount * width), scales: new Float32Array(rowCount) };
  for (const [shard, rowsOf] of (await rowsByHash(input)).entries()) {
    if (rowsOf.size === 0) continue;
    const found = await shardOf(effects, input, shard, rowsOf);
    for (const [hash, rows] of rowsOf) {
      const { values, scale } = found.get(hash) as CachedVector;
      for (const row of rows) {
        vectors.values.set(values, row * width);
        vectors.scales[row] = scale;
      }
    }
  }
  return { widths: [width], dim: width, ...vectors };
}

/** By shard, the rows of each text. */
async function rowsByHash({ model, rowCount, textOf }: EmbedInput): Promise<Map<string, number[]>[]> {
  const shards = Array.from({ length: SHARDS }, () => new Map<string, number[]>());
  for (let from = 0; from < rowCount; from += HASHED_AT_ONCE) {
    const rows = Array.from({ length: Math.min(HASHED_AT_ONCE, rowCount - from) }, (_, at) => from + at);
    const hashes = await Promise.all(
      rows.map((row) => {
        const text = textOf(row);
        return text === "" ? null : hashOfText(model, text);
      }),
    );
    for (const [at, hash] of hashes.entries()) {
      if (hash === null) continue;
      const shard = shards[Number.parseInt(hash.slice(0, 2), 16) % SHARDS] as Map<string, number[]>;
      shard.set(hash, [...(shard.get(hash) ?? []), rows[at] as number]);
    }
  }
  return shards;
}

/** The vectors of a shard's texts: those of the cache, and the others by calls, which the cache then has. */
async function shardOf(
  effects: EmbedEffects,
  { projectId, model, textOf }: EmbedInput,
  shard: number,
  rowsOf: ReadonlyMap<string, readonly number[]>,
): Promise<Map<string, CachedVector>> {
  const place = { projectId, model, shard };
  const { width } = EMBEDDING_MODELS[model];
  const cached = await readVectors(effects.store, place, width);
  const used = new Map([...cached].filter(([hash]) => rowsOf.has(hash)));
  const missing = [...rowsOf.keys()].filter((hash) => !used.has(hash)).sort();
  if (missing.length === 0) return used;
  const failures: unknown[] = [];
  const calls = batchesOf(missing);
  const worker = async () => {
    for (let hashes = calls.shift(); hashes && failures.length === 0; hashes = calls.shift()) {
      try {
        const texts = hashes.map((hash) => textOf(rowsOf.get(hash)?.[0] as number));
        const made = await vectorsOfTexts(effects, EMBEDDING_MODELS[model], texts);
        for (const [at, hash] of hashes.entries()) used.set(hash, roundedOf(made[at] as Float32Array));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
  // What was made is kept in any case: the next attempt begins there.
  if (used.size > 0) await writeVectors(effects.store, place, used);
  if (failures.length > 0) throw failures[0];
  return used;
}

function batchesOf(hashes: readonly string[]): string[][] {
  const count = Math.ceil(hashes.length / TEXTS_PER_CALL);
  return Array.from({ length: count }, (_, at) =>
    hashes.slice(at * TEXTS_PER_CALL, (at + 1) * TEXTS_PER_CALL),
  );
}

/** At length 1; a vector of zeros says nothing, and is kept so that it is not asked for again. */
function roundedOf(vector: Float32Array): CachedVector {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  const values = new Int8Array(vector.length);
  const direction = length > 0 ? vector.map((value) => value / length) : vector;
  return { values, scale: roundToBytes(direction, values) };
}
