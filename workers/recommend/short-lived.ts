/** Answers by key, each remembered for a while. */
export interface ShortLived<Value> {
  (key: string): Promise<Value>;
  /** Whether the answer is remembered, so that asking is free. */
  knows(key: string): boolean;
}

/**
 * Remembers each answer for a while, so that a busy isolate does not ask KV on every request. Failures are not remembered. Requests that
 * ask at the same time each load for themselves: one that waits for the promise of another fails when that one ends.
 */
export function rememberFor<Value>(
  ttlMs: number,
  now: () => number,
  load: (key: string) => Promise<Value>,
): ShortLived<Value> {
  const answers = new Map<string, { readonly value: Value; readonly until: number }>();
  const knows = (key: string) => now() < (answers.get(key)?.until ?? 0);
  const ask = async (key: string) => {
    const known = answers.get(key);
    if (known && now() < known.until) return known.value;
    const askedAt = now();
    const value = await load(key);
    answers.delete(key);
    answers.set(key, { value, until: askedAt + ttlMs });
    const [oldest] = answers.keys();
    if (answers.size > MAX_REMEMBERED && oldest !== undefined) answers.delete(oldest);
    return value;
  };
  return Object.assign(ask, { knows });
}

/** Limits how many answers unknown callers can make an isolate remember; the oldest are dropped first. */
const MAX_REMEMBERED = 10_000;
