/** A value whose size is known before it is loaded. */
export interface Loadable<Value> {
  /** Its bytes, during loading and afterwards. */
  readonly bytes: number;
  load(): Promise<Value>;
}

/** Values by key; the least recently used one is dropped first. */
export interface ByteBoundedCache<Value> {
  /** The value, loaded once even if many callers ask at the same time. A failed load is not kept. Throws `Overloaded`. */
  get(key: string, open: () => Promise<Loadable<Value>>): Promise<Value>;
  /** The value if it is loaded; its turn to be dropped stays as it is. */
  peek(key: string): Value | undefined;
  readonly size: number;
  /** Keys of the loaded values. */
  keys(): string[];
}

/** When this many loads wait, another one is refused. */
export class Overloaded extends Error {
  constructor() {
    super("Too much is being loaded at the moment.");
    this.name = "Overloaded";
  }
}

const MAX_WAITING = 64;

/**
 * Loaded values and running loads together stay within a limit: a load waits until there is room.
 *
 * @param maxBytes A single larger value is still loaded, alone, and dropped when another one is needed.
 */
export function createByteBoundedCache<Value>(maxBytes: number): ByteBoundedCache<Value> {
  // A Map keeps insertion order: the first key is the one used longest ago.
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  const loading = new Map<string, Promise<Value>>();
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  let kept = 0;
  let inFlight = 0;

  function makeRoom(): void {
    for (const [oldest, entry] of entries) {
      if (kept + inFlight <= maxBytes) return;
      entries.delete(oldest);
      kept -= entry.bytes;
    }
  }

  const fits = (bytes: number) => inFlight === 0 || inFlight + bytes <= maxBytes;

  async function reserve(bytes: number): Promise<void> {
    if (waiting.length > 0 || !fits(bytes)) {
      if (waiting.length >= MAX_WAITING) throw new Overloaded();
      await new Promise<void>((begin) => waiting.push({ bytes, begin }));
    } else inFlight += bytes;
    makeRoom();
  }

  function release(bytes: number): void {
    inFlight -= bytes;
    for (let next = waiting[0]; next && fits(next.bytes); next = waiting[0]) {
      waiting.shift();
      inFlight += next.bytes;
      next.begin();
    }
  }

  async function start(key: string, open: () => Promise<Loadable<Value>>): Promise<Value> {
    const { bytes, load } = await open();
    await reserve(bytes);
    try {
      const value = await load();
      entries.set(key, { value, bytes });
      kept += bytes;
      return value;
    } finally {
      release(bytes);
    }
  }

  return {
    get(key, open) {
      const entry = entries.get(key);
      if (entry) {
        entries.delete(key);
        entries.set(key, entry);
        return Promise.resolve(entry.value);
      }
      const known = loading.get(key);
      if (known) return known;
      const pending = start(key, open).finally(() => loading.delete(key));
      loading.set(key, pending);
      return pending;
    },
    peek: (key) => entries.get(key)?.value,
    get size() {
      return entries.size;
    },
    keys: () => [...entries.keys()],
  };
}
