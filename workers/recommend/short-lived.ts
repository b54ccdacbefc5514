/** Remembers each answer for a while, so that a busy isolate does not ask KV on every request. Failures are not remembered. */
export function rememberFor<Value>(
  ttlMs: number,
  now: () => number,
  load: (key: string) => Promise<Value>,
): (key: string) => Promise<Value> {
  const answers = new Map<string, { readonly value: Promise<Value>; readonly until: number }>();
  return (key) => {
    const known = answers.get(key);
    if (known && now() < known.until) return known.value;
    if (answers.size >= MAX_REMEMBERED) answers.clear();
    const value = load(key);
    answers.set(key, { value, until: now() + ttlMs });
    value.catch(() => answers.delete(key));
    return value;
  };
}

/** Bounds what strangers can make an isolate remember by trying keys. */
const MAX_REMEMBERED = 10_000;
