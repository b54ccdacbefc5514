import type { Sequences } from "../../data/sequences.ts";
import type { Profile } from "../fit/algorithm.ts";
import { BestSessions } from "./best-sessions.ts";

export type Sessions = Pick<Sequences, "offsets" | "items">;

export interface SessionRule {
  /** Neighbours whose items count. */
  readonly k: number;
  /** Newest sessions of each item that are looked at. */
  readonly sample: number;
  /** Newest distinct items of a request that count. */
  readonly depth: number;
  readonly recencySteps: number;
  readonly reach: number;
  readonly lastSteps: number;
  readonly lengthPower: number;
  readonly idfPower: number;
  /** 0: all sessions count alike. */
  readonly rowRecency: number;
}

/** What a profile asks for, by the place of an item in `items`. */
interface Request {
  /** Distinct, the newest first. */
  readonly items: readonly number[];
  /** How much a shared item counts: e^(−back / recencySteps) · idf^idfPower. */
  readonly weights: readonly number[];
  /** How much a session counts whose newest shared item it is: e^(−back / lastSteps). */
  readonly lastShares: readonly number[];
  /** Whether the newest shared item alone is the middle of a session; without an order, any shared one is. */
  readonly hasOrder: boolean;
}

/** Entries of the index that a request looks at, at most: those of its newest items first, their newest sessions first. */
const MOST_LOOKED_AT = 20_000;
/** What stands so far from the shared item that it counts less than this beside the next one is not looked at. */
const LEAST_SHARE = 1e-6;
const MOST_TABLED_PLACES = 4_096;

/** What an isolate holds beside a dataset: a million sessions of five items take 40 MB with their index. */
export const SESSION_ROOM = { sessions: 500_000, places: 4_000_000 };

/** How many of the newest sessions an isolate holds. */
export function heldSessions({ offsets }: Pick<Sessions, "offsets">, room = SESSION_ROOM): number {
  const count = offsets.length - 1;
  const end = offsets[count] as number;
  let first = count;
  while (first > 0 && count - first < room.sessions && end - (offsets[first - 1] as number) <= room.places)
    first--;
  return count - first;
}

/** The newest sessions, as many as an isolate holds; rows that it leaves out are empty. */
export function newestSessions({ offsets, items }: Sessions, room = SESSION_ROOM): Sessions {
  const first = offsets.length - 1 - heldSessions({ offsets }, room);
  const dropped = offsets[first] as number;
  if (dropped === 0) return { offsets, items };
  return { offsets: offsets.map((offset) => Math.max(0, offset - dropped)), items: items.slice(dropped) };
}

/**
 * Sessions and, of each item, the newest of them. For a request of L items, place p from 1, back = L − p:
 *
 *   sim(s)   = Σ_{i shared} e^(−back(i) / recencySteps) · idf(i)^idfPower · |s|^−lengthPower · e^(−age(s) / (rowRecency · N))
 *   score(j) = Σ_s sim(s) · e^(−back(newest shared item) / lastSteps) · Σ_{places q of j in s} e^(−|q − q*| / reach)
 *
 * over the k most similar sessions (newer ones of equals), q* being the last place of the newest shared item in s; idf(i) = ln((N + 1) /
 * df) over its largest value; age counts sessions from the newest, of N. Work of a request: at most `MOST_LOOKED_AT` entries, and the places
 * around the middle of k sessions.
 */
export class SessionIndex {
  readonly sessions: Sessions;
  readonly itemCount: number;
  readonly rule: SessionRule;
  /** Of item i the sessions `sessionsOf[starts[i] … starts[i + 1])`, ascending: the newest `sample` that have it. */
  readonly #starts: Uint32Array;
  readonly #sessionsOf: Uint32Array;
  readonly #itemWeights: Float32Array;
  readonly #sessionWeights: Float32Array;
  /** By distance, as far as it counts. */
  readonly #shares: Float64Array;
  /** By session; those of the last request are set back afterwards. */
  readonly #similarities: Float32Array;
  readonly #newestShared: Uint32Array;
  readonly #met: Uint32Array;
  /** By item: whether the last request has it; set back afterwards. */
  readonly #isKnown: Uint8Array;

  constructor(sessions: Sessions, itemCount: number, rule: SessionRule) {
    this.sessions = sessions;
    this.itemCount = itemCount;
    this.rule = rule;
    const { starts, sessionsOf, counts } = indexOf(sessions, itemCount, rule.sample);
    this.#starts = starts;
    this.#sessionsOf = sessionsOf;
    this.#itemWeights = itemWeights(counts, sessions.offsets.length - 1, rule.idfPower);
    this.#sessionWeights = sessionWeights(sessions, rule);
    this.#shares = sharesByDistance(rule.reach);
    const sessionCount = sessions.offsets.length - 1;
    this.#similarities = new Float32Array(sessionCount);
    this.#newestShared = new Uint32Array(sessionCount);
    this.#met = new Uint32Array(sessionCount);
    this.#isKnown = new Uint8Array(itemCount);
  }

  /** @param touch Is told the items of each session that counts, before their scores change. */
  addScores(profile: Profile, scores: Float32Array, touch?: (items: Uint32Array) => void): void {
    const { items } = this.sessions;
    const shares = this.#shares;
    this.#eachNeighbour(this.#read(profile), (session, amount, middle) => {
      const [first, end] = this.#around(session, middle);
      touch?.(items.subarray(first, end));
      for (let place = first; place < end; place++) {
        const target = items[place] as number;
        const distance = place < middle ? middle - place : place - middle;
        scores[target] = (scores[target] as number) + amount * (shares[distance] as number);
      }
    });
  }

  /** The part of each of a profile's items in the score of one item: similarities are sums over shared items. */
  contributionsInto(profile: Profile, item: number, out: Float64Array): void {
    out.fill(0);
    const { offsets, items } = this.sessions;
    const request = this.#read(profile);
    const weights = new Map(request.items.map((known, at) => [known, request.weights[at] as number]));
    const places = new Map(Array.from(profile.indices, (known, at) => [known, at]));
    this.#eachNeighbour(request, (session, amount, middle) => {
      const [first, end] = this.#around(session, middle);
      let spread = 0;
      for (let place = first; place < end; place++)
        if (items[place] === item) spread += this.#shares[Math.abs(place - middle)] as number;
      if (spread === 0) return;
      const own = new Set(items.subarray(offsets[session], offsets[session + 1]));
      const shared = [...own].filter((known) => weights.has(known));
      const sum = shared.reduce((total, known) => total + (weights.get(known) as number), 0);
      for (const known of shared) {
        const at = places.get(known) as number;
        out[at] = (out[at] as number) + (amount * spread * (weights.get(known) as number)) / sum;
      }
    });
  }

  #read({ indices, recent }: Profile): Request {
    const order = recent?.items ?? indices;
    const { items, places } = this.#newestItems(order, recent ? this.rule.depth : order.length);
    const backs = places.map((place) => (recent ? order.length - 1 - place : 0));
    const { recencySteps, lastSteps } = this.rule;
    const weights = items.map(
      (item, at) => Math.exp(-(backs[at] as number) / recencySteps) * (this.#itemWeights[item] as number),
    );
    const lastShares = backs.map((back) => Math.exp(-back / lastSteps));
    return { items, weights, lastShares, hasOrder: recent !== undefined };
  }

  /** Distinct items, the newest first, and the place of each where it is newest. */
  #newestItems(order: Uint32Array, depth: number) {
    const items: number[] = [];
    const places: number[] = [];
    const isKnown = this.#isKnown;
    for (let place = order.length - 1; place >= 0 && items.length < depth; place--) {
      const item = order[place] as number;
      if (isKnown[item] === 1) continue;
      isKnown[item] = 1;
      items.push(item);
      places.push(place);
    }
    for (const item of items) isKnown[item] = 0;
    return { items, places };
  }

  /** Visits the k most similar sessions, with the last place of a shared item in each: the newest shared item where there is an order. */
  #eachNeighbour(request: Request, visit: (session: number, amount: number, middle: number) => void): void {
    const best = this.#best(this.#compare(request));
    const { offsets, items } = this.sessions;
    const isKnown = this.#isKnown;
    for (const item of request.items) isKnown[item] = 1;
    best.each((session, similarity) => {
      const newest = this.#newestShared[session] as number;
      const wanted = request.items[newest] as number;
      const from = offsets[session] as number;
      let middle = (offsets[session + 1] as number) - 1;
      if (request.hasOrder) while (middle > from && items[middle] !== wanted) middle--;
      else while (middle > from && isKnown[items[middle] as number] === 0) middle--;
      visit(session, similarity * (request.lastShares[newest] as number), middle);
    });
    for (const item of request.items) isKnown[item] = 0;
  }

  /** The most similar of the sessions that a request met, whose similarities are set back. */
  #best(metCount: number): BestSessions {
    const best = new BestSessions(Math.min(this.rule.k, metCount));
    const [met, similarities, weights] = [this.#met, this.#similarities, this.#sessionWeights];
    let bar = 0;
    for (let at = 0; at < metCount; at++) {
      const session = met[at] as number;
      const similarity = (similarities[session] as number) * (weights[session] as number);
      similarities[session] = 0;
      // The heap holds its similarities in single precision.
      if (Math.fround(similarity) < bar) continue;
      best.offer(session, similarity);
      bar = best.bar;
    }
    return best;
  }

  /** Adds up similarities. @returns How many sessions share an item; they are in `#met`. */
  #compare({ items, weights }: Request): number {
    const [starts, sessionsOf] = [this.#starts, this.#sessionsOf];
    const [met, similarities, newestShared] = [this.#met, this.#similarities, this.#newestShared];
    let count = 0;
    let left = MOST_LOOKED_AT;
    for (let at = 0; at < items.length && left > 0; at++) {
      const item = items[at] as number;
      const weight = weights[at] as number;
      if (weight === 0) continue;
      const end = starts[item + 1] as number;
      const first = Math.max(starts[item] as number, end - left);
      left -= end - first;
      for (let entry = first; entry < end; entry++) {
        const session = sessionsOf[entry] as number;
        const similarity = similarities[session] as number;
        if (similarity === 0) {
          met[count++] = session;
          newestShared[session] = at;
        }
        similarities[session] = similarity + weight;
      }
    }
    return count;
  }

  /** The places of a session that count, from first to end. */
  #around(session: number, middle: number): readonly [number, number] {
    const { offsets } = this.sessions;
    const most = this.#shares.length - 1;
    return [
      Math.max(offsets[session] as number, middle - most),
      Math.min(offsets[session + 1] as number, middle + most + 1),
    ];
  }
}

/** e^(−distance / reach) by distance, as far as it counts. */
function sharesByDistance(reach: number): Float64Array {
  const most = Math.min(MOST_TABLED_PLACES, Math.ceil(-reach * Math.log(LEAST_SHARE)));
  return Float64Array.from({ length: most + 1 }, (_, distance) => Math.exp(-distance / reach));
}

function indexOf({ offsets, items }: Sessions, itemCount: number, sample: number) {
  const sessionCount = offsets.length - 1;
  const counts = new Uint32Array(itemCount);
  const last = new Uint32Array(itemCount);
  const eachOnce = (session: number, visit: (item: number) => void) => {
    for (let place = offsets[session] as number; place < (offsets[session + 1] as number); place++) {
      const item = items[place] as number;
      if (last[item] === session + 1) continue;
      last[item] = session + 1;
      visit(item);
    }
  };
  for (let session = 0; session < sessionCount; session++)
    eachOnce(session, (item) => {
      counts[item] = (counts[item] as number) + 1;
    });
  const starts = new Uint32Array(itemCount + 1);
  for (let item = 0; item < itemCount; item++)
    starts[item + 1] = (starts[item] as number) + Math.min(sample, counts[item] as number);
  const sessionsOf = new Uint32Array(starts[itemCount] as number);
  const cursors = starts.slice(1);
  last.fill(0);
  for (let session = sessionCount - 1; session >= 0; session--)
    eachOnce(session, (item) => {
      if ((cursors[item] as number) > (starts[item] as number)) {
        cursors[item] = (cursors[item] as number) - 1;
        sessionsOf[cursors[item] as number] = session;
      }
    });
  return { starts, sessionsOf, counts };
}

function itemWeights(counts: Uint32Array, sessionCount: number, power: number): Float32Array {
  const inverse = (count: number) => (count === 0 ? 0 : Math.log((sessionCount + 1) / count));
  let largest = 0;
  for (const count of counts) largest = Math.max(largest, inverse(count));
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : (inverse(count) / largest) ** power));
}

function sessionWeights({ offsets }: Sessions, { lengthPower, rowRecency }: SessionRule): Float32Array {
  const count = offsets.length - 1;
  return Float32Array.from({ length: count }, (_, session) => {
    const length = (offsets[session + 1] as number) - (offsets[session] as number);
    const age = rowRecency > 0 ? (count - 1 - session) / (count * rowRecency) : 0;
    return length === 0 ? 0 : length ** -lengthPower * Math.exp(-age);
  });
}
