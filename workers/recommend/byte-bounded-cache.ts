/** Values by key, the least recently used leaving first once their sizes together pass a limit. */
export interface ByteBoundedCache<Value> {
  /** The value, loaded once even if many ask at the same time. A failed load is not kept. */
  get(key: string, load: () => Promise<{ value: Value; bytes: number }>): Promise<Value>;
  readonly size: number;
  /** Keys of the values that are here now. */
  keys(): string[];
}

/** @param maxBytes A single larger value is still returned, and dropped as soon as another comes. */
export function createByteBoundedCache<Value>(maxBytes: number): ByteBoundedCache<Value> {
  // A Map keeps insertion order: the first key is the one used longest ago.
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  const loading = new Map<string, Promise<Value>>();
  let total = 0;

  function keep(key: string, value: Value, bytes: number): void {
    entries.set(key, { value, bytes });
    total += bytes;
    for (const [oldest, entry] of entries) {
      if (total <= maxBytes || oldest === key) return;
      entries.delete(oldest);
      total -= entry.bytes;
    }
  }

  return {
    get(key, load) {
      const entry = entries.get(key);
      if (entry) {
        entries.delete(key);
        entries.set(key, entry);
        return Promise.resolve(entry.value);
      }
      const pending = loading.get(key) ?? start(key, load);
      return pending;
    },
    get size() {
      return entries.size;
    },
    keys: () => [...entries.keys()],
  };

  function start(key: string, load: () => Promise<{ value: Value; bytes: number }>): Promise<Value> {
    const pending = load()
      .then(({ value, bytes }) => {
        keep(key, value, bytes);
        return value;
      })
      .finally(() => loading.delete(key));
    loading.set(key, pending);
    return pending;
  }
}
