import type { Breathe } from "./breathe.ts";

/**
 * Interactions as they arrive, in columns that grow by chunks: growing moves no data past the first chunk, which begins small, and
 * sorting releases chunks one by one. 20 bytes a row with times, 12 without, and 4 more with sessions.
 */
export const CHUNK_ROWS = 65_536;
const FIRST_ROWS = 16;

interface Chunk {
  readonly users: Uint32Array;
  readonly items: Uint32Array;
  readonly weights: Float32Array;
  readonly times: Float64Array | null;
  /** A hash of the id of each row's session, `NO_SESSION` without one. */
  readonly sessions: Uint32Array | null;
}

export const NO_SESSION = 0;

export class InteractionLog {
  readonly hasTimes: boolean;
  readonly hasSessions: boolean;
  #chunks: (Chunk | null)[] = [];
  #length = 0;

  constructor(hasTimes: boolean, hasSessions = false) {
    this.hasTimes = hasTimes;
    this.hasSessions = hasSessions;
  }

  get length(): number {
    return this.#length;
  }

  push(user: number, item: number, weight: number, time: number, session = NO_SESSION): void {
    const at = this.#length % CHUNK_ROWS;
    const chunk = this.#chunkWithPlace(at);
    chunk.users[at] = user;
    chunk.items[at] = item;
    chunk.weights[at] = weight;
    if (chunk.times) chunk.times[at] = time;
    if (chunk.sessions) chunk.sessions[at] = session;
    this.#length++;
  }

  /** The chunk of the next row, which is row `at` of it. */
  #chunkWithPlace(at: number): Chunk {
    const place = this.#chunks.length - (at > 0 ? 1 : 0);
    const begun = at > 0 ? (this.#chunks[place] as Chunk) : null;
    if (begun && at < begun.users.length) return begun;
    const rows = place === 0 ? FIRST_ROWS : CHUNK_ROWS;
    const chunk = begun ? twiceAsLong(begun) : newChunk(rows, this.hasTimes, this.hasSessions);
    this.#chunks[place] = chunk;
    return chunk;
  }

  get chunkCount(): number {
    return this.#chunks.length;
  }

  /** Rows of one chunk, in columns cut to the rows they hold. */
  chunk(index: number): Chunk {
    const chunk = this.#chunks[index];
    if (!chunk)
      throw new RangeError(`No chunk ${index}: there are ${this.#chunks.length}, or it was released.`);
    const rows = Math.min(CHUNK_ROWS, this.#length - index * CHUNK_ROWS);
    return {
      users: chunk.users.subarray(0, rows),
      items: chunk.items.subarray(0, rows),
      weights: chunk.weights.subarray(0, rows),
      times: chunk.times?.subarray(0, rows) ?? null,
      sessions: chunk.sessions?.subarray(0, rows) ?? null,
    };
  }

  /** Replaces indices by new ones; null leaves them as they are. */
  async renumber(users: Uint32Array | null, items: Uint32Array | null, breathe: Breathe): Promise<void> {
    for (let index = 0; index < this.chunkCount; index++) {
      const chunk = this.chunk(index);
      if (users) renumberInto(chunk.users, users);
      if (items) renumberInto(chunk.items, items);
      await breathe();
    }
  }

  /** Gives the chunk's memory back. It cannot be read again. */
  release(index: number): void {
    this.#chunks[index] = null;
  }
}

function newChunk(rows: number, hasTimes: boolean, hasSessions: boolean): Chunk {
  return {
    users: new Uint32Array(rows),
    items: new Uint32Array(rows),
    weights: new Float32Array(rows),
    times: hasTimes ? new Float64Array(rows) : null,
    sessions: hasSessions ? new Uint32Array(rows) : null,
  };
}

function twiceAsLong(chunk: Chunk): Chunk {
  const { users, items, weights, times, sessions } = chunk;
  const made = newChunk(users.length * 2, times !== null, sessions !== null);
  made.users.set(users);
  made.items.set(items);
  made.weights.set(weights);
  if (times) made.times?.set(times);
  if (sessions) made.sessions?.set(sessions);
  return made;
}

function renumberInto(indices: Uint32Array, newIndexOf: Uint32Array): void {
  for (let row = 0; row < indices.length; row++) indices[row] = newIndexOf[indices[row] as number] as number;
}
