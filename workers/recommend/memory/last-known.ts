/** Figures of a project that outlive a store that does not answer: an old count says more than none. */

/** The oldest are dropped first. */
const MAX_KNOWN = 4096;

/** What `load` gives; if it fails, what it gave last for this key. Throws its error when it has never given anything. */
export type LastKnown<Value> = (key: string, load: () => Promise<Value>) => Promise<Value>;

/** @param logError Told of each failure that an old value hides. */
export function createLastKnown<Value>(logError: (event: string, error: unknown) => void): LastKnown<Value> {
  const known = new Map<string, { readonly value: Value }>();
  return async (key, load) => {
    try {
      const value = await load();
      known.delete(key);
      known.set(key, { value });
      const [oldest] = known.keys();
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
      return value;
    } catch (error) {
      const last = known.get(key);
      if (!last) throw error;
      logError("last_known_used", error);
      return last.value;
    }
  };
}
