/**
 * The engine's only source of randomness: xoshiro128** (Blackman and Vigna), its state filled from one seed by splitmix32.
 * Same seed, same numbers, on every platform. Not for secrets.
 */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  next(): number;
  /** Uniform whole number in 0 … n − 1, without modulo bias. @param n Whole, 1 … 2³². */
  below(n: number): number;
  /** Fills an array with what as many calls of `below` give, at a fraction of the cost. */
  fillBelow(n: number, out: Uint32Array): void;
  /** Standard normal. */
  normal(): number;
  /** Continues as if this many normals had been drawn, at a tenth of the cost. */
  skipNormals(count: number): void;
  /** Where it stands, for `randomAt`. Throws RangeError after an odd number of normals: their pair is not kept. */
  position(): Uint32Array;
}

const TWO_POW_32 = 2 ** 32;

/** Creates a generator. @param seed Any finite number; it is taken modulo 2³² after truncation. */
export function createRandom(seed: number): Random {
  return randomOf(new Xoshiro(Int32Array.from({ length: STATE_WORDS }, createSplitmix(seed >>> 0))));
}

/** Continues where another generator stood. Throws RangeError for an array that is no position. */
export function randomAt(position: Uint32Array): Random {
  if (position.length < STATE_WORDS || position.length > STATE_WORDS + WORDS) {
    throw new RangeError(
      `A position has ${STATE_WORDS} to ${STATE_WORDS + WORDS} words, not ${position.length}.`,
    );
  }
  const state = Int32Array.from(position.subarray(0, STATE_WORDS));
  return randomOf(new Xoshiro(state, position.subarray(STATE_WORDS)));
}

function randomOf(words: Xoshiro): Random {
  const nextU32 = () => words.next();
  const next = (): number => ((nextU32() >>> 5) * 67108864 + (nextU32() >>> 6)) / 9007199254740992;
  let spare: number | null = null;
  return {
    next,
    below(n) {
      const limit = limitOf(n);
      let draw = nextU32();
      while (draw >= limit) draw = nextU32();
      return remainderOf(draw, n);
    },
    fillBelow(n, out) {
      const limit = limitOf(n);
      for (let at = 0; at < out.length; at++) {
        let draw = nextU32();
        while (draw >= limit) draw = nextU32();
        out[at] = remainderOf(draw, n);
      }
    },
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      // Box–Muller; 1 − next() keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      const angle = 2 * Math.PI * next();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    skipNormals(count) {
      let left = count;
      if (left > 0 && spare !== null) {
        spare = null;
        left--;
      }
      // Four words a pair.
      for (; left > 1; left -= 2) for (let word = 0; word < 4; word++) nextU32();
      if (left === 1) this.normal();
    },
    position() {
      if (spare !== null) throw new RangeError("A generator has no position between two normals.");
      return words.position();
    },
  };
}

/** Draws past the last whole multiple of n are dropped, or the first values would be more likely. */
function limitOf(n: number): number {
  return TWO_POW_32 - (TWO_POW_32 % n);
}

/**
 * draw % n for whole numbers up to 2³², several times faster: V8 calculates `%` of such numbers by the C library. Exact, for a quotient
 * below the next whole number is below it by at least 1/n, far more than a double rounds.
 */
function remainderOf(draw: number, n: number): number {
  return draw - Math.floor(draw / n) * n;
}

/** Shuffles in place so that every order is equally likely (Fisher–Yates). */
export function shuffleInPlace(
  array: { readonly length: number; [index: number]: unknown },
  random: Random,
): void {
  for (let last = array.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = array[last];
    array[last] = array[other];
    array[other] = kept;
  }
}

/** Words calculated together, with their state in registers: V8 keeps numbers beyond 31 bits that a closure holds in objects. */
const WORDS = 64;
const STATE_WORDS = 4;

class Xoshiro {
  readonly #state: Int32Array;
  readonly #words = new Uint32Array(WORDS);
  #next = WORDS;

  /** @param ready Words that come before those of the state. */
  constructor(state: Int32Array, ready: Uint32Array = new Uint32Array()) {
    this.#state = state;
    this.#next = WORDS - ready.length;
    this.#words.set(ready, this.#next);
  }

  next(): number {
    if (this.#next === WORDS) {
      fillWords(this.#words, this.#state);
      this.#next = 0;
    }
    return this.#words[this.#next++] as number;
  }

  position(): Uint32Array {
    const position = new Uint32Array(STATE_WORDS + WORDS - this.#next);
    position.set(Uint32Array.from(this.#state));
    position.set(this.#words.subarray(this.#next), STATE_WORDS);
    return position;
  }
}

function fillWords(words: Uint32Array, state: Int32Array): void {
  let [s0, s1, s2, s3] = state as unknown as [number, number, number, number];
  for (let at = 0; at < words.length; at++) {
    words[at] = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
  }
  state.set([s0, s1, s2, s3]);
}

/** Spreads one 32-bit seed over the whole state; xoshiro must not start from zeros, and this never yields four of them. */
function createSplitmix(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) | 0;
  };
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
