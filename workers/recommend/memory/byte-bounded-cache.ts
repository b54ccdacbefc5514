/** A value whose size is known before it is loaded. */
export interface Loadable<Value> {
  /** Its bytes during loading, the most that it takes. */
  readonly bytes: number;
  load(): Promise<Value>;
  /** Its bytes once it is loaded; as many as during loading by default. */
  keptBytes?(value: Value): number;
}

/** Values by key; the least recently used one is dropped first. */
export interface ByteBoundedCache<Value> {
  /**
   * The value, loaded once even if many callers ask at the same time; these share a failure, too, which is not kept. Throws
   * `Overloaded`.
   */
  get(key: string, open: () => Promise<Loadable<Value>>): Promise<Value>;
  /** The value if it is loaded; its turn to be dropped stays as it is. */
  peek(key: string): Value | undefined;
  readonly size: number;
  /** Of the loaded values. */
  readonly bytes: number;
  /** Keys of the loaded values. */
  keys(): string[];
}

/** When this many loads wait, another one is refused. */
export class Overloaded extends Error {
  constructor(message = "Too much is being loaded at the moment.") {
    super(message);
    this.name = "Overloaded";
  }
}

export interface CacheEffects {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
}

const MAX_WAITING = 64;
/** A load that takes longer belongs to a request that is gone; the next caller loads for itself. */
export const LOST_LOAD_MS = 20_000;
/** A load that waits for room looks this often at least, unless its request is gone. */
const LOST_TURN_MS = 1_000;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 16;

interface Load<Value> {
  readonly startedAt: number;
  outcome: { readonly value: Value } | { readonly error: unknown } | null;
}

export interface CacheLimits {
  /** Of loaded values. A single larger one is still loaded, alone, and dropped when another one is needed. */
  readonly maxBytes: number;
  /** Of loaded values and running loads together; as many by default. More lets a value stay while another takes its place. */
  readonly peakBytes?: number;
}

/**
 * Loaded values and running loads together stay within a limit: a load waits until there is room.
 *
 * Callers are different requests, and none may wait for a promise of another one. The runtime takes a request that waits for
 * nothing of its own as hung, and the other request may be gone. So each looks at what is there by a timer of its own.
 */
export function createByteBoundedCache<Value>(
  { maxBytes, peakBytes = maxBytes }: CacheLimits,
  { now, sleep, keep }: CacheEffects,
): ByteBoundedCache<Value> {
  // A Map keeps insertion order: the first key is the one used longest ago.
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  const loads = new Map<string, Load<Value>>();
  /** Bytes of the loads that have room. */
  const reserved = new Map<Load<Value>, number>();
  /** Loads that wait for room, and when each was there last. */
  const turns = new Map<Load<Value>, number>();

  const isLost = ({ startedAt }: Load<Value>) => now() - startedAt > LOST_LOAD_MS;
  const sumOf = (sizes: Iterable<number>) => [...sizes].reduce((sum, bytes) => sum + bytes, 0);
  const keptBytes = () => sumOf([...entries.values()].map(({ bytes }) => bytes));

  function inFlight(): number {
    for (const load of reserved.keys()) if (isLost(load)) reserved.delete(load);
    return sumOf(reserved.values());
  }

  function makeRoom(): void {
    const isFull = () => keptBytes() > maxBytes || keptBytes() + inFlight() > peakBytes;
    for (const oldest of entries.keys()) {
      const isAlone = entries.size === 1 && reserved.size === 0;
      if (isAlone || !isFull()) return;
      entries.delete(oldest);
    }
  }

  function hasTurn(load: Load<Value>, bytes: number): boolean {
    for (const [other, seenAt] of turns) if (now() - seenAt > LOST_TURN_MS) turns.delete(other);
    const [first = load] = turns.keys();
    const used = inFlight();
    return first === load && (used === 0 || used + bytes <= peakBytes);
  }

  async function reserve(load: Load<Value>, bytes: number): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !hasTurn(load, bytes); pause = nextPause(pause)) {
      if (!turns.has(load) && turns.size >= MAX_WAITING) throw new Overloaded();
      turns.set(load, now());
      await sleep(pause);
    }
    turns.delete(load);
    reserved.set(load, bytes);
    makeRoom();
  }

  async function run(key: string, own: Load<Value>, open: () => Promise<Loadable<Value>>): Promise<Value> {
    try {
      const loadable = await open();
      await reserve(own, loadable.bytes);
      const value = await loadable.load();
      entries.set(key, { value, bytes: loadable.keptBytes?.(value) ?? loadable.bytes });
      own.outcome = { value };
      return value;
    } catch (error) {
      own.outcome = { error };
      throw error;
    } finally {
      reserved.delete(own);
      turns.delete(own);
      if (loads.get(key) === own) loads.delete(key);
      makeRoom();
    }
  }

  function begin(key: string, open: () => Promise<Loadable<Value>>): Promise<Value> {
    const load: Load<Value> = { startedAt: now(), outcome: null };
    loads.set(key, load);
    const work = run(key, load, open);
    // The caller gets the error; others of the same load find it in its outcome.
    keep(work.catch(() => undefined));
    return work;
  }

  async function get(key: string, open: () => Promise<Loadable<Value>>): Promise<Value> {
    const entry = entries.get(key);
    if (entry) {
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    }
    const load = loads.get(key);
    if (!load || isLost(load)) return begin(key, open);
    for (let pause = FIRST_PAUSE_MS; !load.outcome && !isLost(load); pause = nextPause(pause)) {
      await sleep(pause);
    }
    if (!load.outcome) return get(key, open);
    if ("error" in load.outcome) throw load.outcome.error;
    return load.outcome.value;
  }

  return {
    get,
    peek: (key) => entries.get(key)?.value,
    get bytes() {
      return keptBytes();
    },
    get size() {
      return entries.size;
    },
    keys: () => [...entries.keys()],
  };
}

function nextPause(ms: number): number {
  return Math.min(2 * ms, LONGEST_PAUSE_MS);
}
