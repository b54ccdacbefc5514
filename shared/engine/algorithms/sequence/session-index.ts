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

interface Request {
  /** Distinct, the newest first. */
  readonly items: readonly number[];
  /** Interactions from the newest one back to the item at this position. */
  backOf(at: number): number;
  /** Whether an item of a session is its middle, if the item at this position is the newest shared one. */
  isMiddle(at: number): (item: number) => boolean;
}

interface Neighbour {
  readonly session: number;
  readonly amount: number;
}

/** What an isolate holds beside a dataset: a million sessions of five items take 40 MB with their index. */
const ROOM = { sessions: 500_000, places: 4_000_000 };

/** How many of the newest sessions an isolate holds. */
export function heldSessions({ offsets }: Pick<Sessions, "offsets">, room = ROOM): number {
  const count = offsets.length - 1;
  const end = offsets[count] as number;
  let first = count;
  while (first > 0 && count - first < room.sessions && end - (offsets[first - 1] as number) <= room.places)
    first--;
  return count - first;
}

/** The newest sessions, as many as an isolate holds; rows that it leaves out are empty. */
export function newestSessions({ offsets, items }: Sessions, room = ROOM): Sessions {
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
 * df) over its largest value; age counts sessions from the newest, of N.
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
  /** By session; those of the last request are set back afterwards. */
  readonly #similarities: Float32Array;
  readonly #newestShared: Uint32Array;
  readonly #met: Uint32Array;

  constructor(sessions: Sessions, itemCount: number, rule: SessionRule) {
    this.sessions = sessions;
    this.itemCount = itemCount;
    this.rule = rule;
    const { starts, sessionsOf, counts } = indexOf(sessions, itemCount, rule.sample);
    this.#starts = starts;
    this.#sessionsOf = sessionsOf;
    this.#itemWeights = itemWeights(counts, sessions.offsets.length - 1, rule.idfPower);
    this.#sessionWeights = sessionWeights(sessions, rule);
    const sessionCount = sessions.offsets.length - 1;
    this.#similarities = new Float32Array(sessionCount);
    this.#newestShared = new Uint32Array(sessionCount);
    this.#met = new Uint32Array(sessionCount);
  }

  scoreInto(profile: Profile, out: Float32Array): void {
    out.fill(0);
    const { offsets, items } = this.sessions;
    const request = this.#read(profile);
    for (const { session, amount } of this.#neighbours(request)) {
      const middle = this.#middleOf(session, request.isMiddle(this.#newestShared[session] as number));
      for (let place = offsets[session] as number; place < (offsets[session + 1] as number); place++) {
        const target = items[place] as number;
        out[target] = (out[target] as number) + amount * this.#share(place - middle);
      }
    }
  }

  /** The part of each of a profile's items in the score of one item: similarities are sums over shared items. */
  contributionsInto(profile: Profile, item: number, out: Float64Array): void {
    out.fill(0);
    const { offsets, items } = this.sessions;
    const request = this.#read(profile);
    const weights = new Map(request.items.map((known, at) => [known, this.#weightOf(request, at)]));
    const places = new Map(Array.from(profile.indices, (known, at) => [known, at]));
    for (const { session, amount } of this.#neighbours(request)) {
      const middle = this.#middleOf(session, request.isMiddle(this.#newestShared[session] as number));
      const own = new Set(items.subarray(offsets[session], offsets[session + 1]));
      if (!own.has(item)) continue;
      let spread = 0;
      for (let place = offsets[session] as number; place < (offsets[session + 1] as number); place++)
        if (items[place] === item) spread += this.#share(place - middle);
      const shared = [...own].filter((known) => weights.has(known));
      const sum = shared.reduce((total, known) => total + (weights.get(known) as number), 0);
      for (const known of shared) {
        const at = places.get(known) as number;
        out[at] = (out[at] as number) + (amount * spread * (weights.get(known) as number)) / sum;
      }
    }
  }

  #read({ indices, recent }: Profile): Request {
    const order = recent?.items ?? indices;
    const { items, places } = newestItems(order, recent ? this.rule.depth : order.length);
    const known = new Set(items);
    return {
      items,
      backOf: (at) => (recent ? order.length - 1 - (places[at] as number) : 0),
      // Without an order, no shared item is the newest: the last place of any of them is the middle.
      isMiddle: recent ? (at) => (item) => item === items[at] : () => (item) => known.has(item),
    };
  }

  #neighbours(request: Request): Neighbour[] {
    const metCount = this.#compare(request);
    const best = new BestSessions(Math.min(this.rule.k, metCount));
    for (let at = 0; at < metCount; at++) {
      const session = this.#met[at] as number;
      best.offer(
        session,
        (this.#similarities[session] as number) * (this.#sessionWeights[session] as number),
      );
      this.#similarities[session] = 0;
    }
    const found: Neighbour[] = [];
    best.each((session, similarity) => {
      const back = request.backOf(this.#newestShared[session] as number);
      found.push({ session, amount: similarity * Math.exp(-back / this.rule.lastSteps) });
    });
    return found;
  }

  #weightOf({ items, backOf }: Request, at: number): number {
    return (
      Math.exp(-backOf(at) / this.rule.recencySteps) * (this.#itemWeights[items[at] as number] as number)
    );
  }

  /** Adds up similarities. @returns How many sessions share an item; they are in `#met`. */
  #compare(request: Request): number {
    let count = 0;
    for (const [at, item] of request.items.entries()) {
      const weight = this.#weightOf(request, at);
      if (weight === 0) continue;
      for (let entry = this.#starts[item] as number; entry < (this.#starts[item + 1] as number); entry++) {
        const session = this.#sessionsOf[entry] as number;
        if (this.#similarities[session] === 0) {
          this.#met[count++] = session;
          this.#newestShared[session] = at;
        }
        this.#similarities[session] = (this.#similarities[session] as number) + weight;
      }
    }
    return count;
  }

  /** The last place of a shared item in a session. */
  #middleOf(session: number, isMiddle: (item: number) => boolean): number {
    const { offsets, items } = this.sessions;
    const from = offsets[session] as number;
    let middle = (offsets[session + 1] as number) - 1;
    while (middle > from && !isMiddle(items[middle] as number)) middle--;
    return middle;
  }

  #share(distance: number): number {
    return Math.exp(-Math.abs(distance) / this.rule.reach);
  }
}

/** Distinct items, the newest first, and the place of each where it is newest. */
function newestItems(order: Uint32Array, depth: number) {
  const items: number[] = [];
  const places: number[] = [];
  const met = new Set<number>();
  for (let place = order.length - 1; place >= 0 && items.length < depth; place--) {
    const item = order[place] as number;
    if (met.has(item)) continue;
    met.add(item);
    items.push(item);
    places.push(place);
  }
  return { items, places };
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
