/** Answers by key, each remembered for a while. */
export interface ShortLived<Value> {
  (key: string): Promise<Value>;
  /** Whether the answer is remembered or has been asked for a moment ago. */
  knows(key: string): boolean;
  /** Asks whatever is remembered, and remembers what comes: for a caller who knows of a change. */
  renewed(key: string): Promise<Value>;
  /** Has the next call ask: something was changed. What was asked for before is not remembered. */
  forget(key: string): void;
}

/**
 * Remembers each answer for a while, so that a busy isolate does not ask KV on every request. Failures are not remembered. Requests that
 * ask at the same time each load for themselves: the runtime answered 500 to requests that waited for the promise of another one.
 */
export function rememberFor<Value>(
  ttlMs: number,
  now: () => number,
  load: (key: string) => Promise<Value>,
): ShortLived<Value> {
  const answers = new Map<string, { readonly value: Value; readonly until: number }>();
  const asked = new Map<string, number>();
  const forgotten = new Map<string, number>();
  const knows = (key: string) =>
    now() < Math.max(answers.get(key)?.until ?? 0, (asked.get(key) ?? Number.NEGATIVE_INFINITY) + ttlMs);
  const renewed = async (key: string) => {
    const askedAt = now();
    keep(asked, key, askedAt);
    try {
      const value = await load(key);
      if (askedAt > (forgotten.get(key) ?? Number.NEGATIVE_INFINITY))
        keep(answers, key, { value, until: askedAt + ttlMs });
      return value;
    } finally {
      asked.delete(key);
    }
  };
  const ask = async (key: string) => {
    const known = answers.get(key);
    return known && now() < known.until ? known.value : renewed(key);
  };
  const forget = (key: string) => {
    answers.delete(key);
    asked.delete(key);
    keep(forgotten, key, now());
  };
  return Object.assign(ask, { knows, renewed, forget });
}

/** Limits how many answers unknown callers can make an isolate remember; the oldest are dropped first. */
const MAX_REMEMBERED = 10_000;

function keep<Value>(values: Map<string, Value>, key: string, value: Value): void {
  values.delete(key);
  values.set(key, value);
  const [oldest] = values.keys();
  if (values.size > MAX_REMEMBERED && oldest !== undefined) values.delete(oldest);
}
