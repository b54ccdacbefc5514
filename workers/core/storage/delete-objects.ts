/** R2 deletes at most this many objects at a time. */
const KEYS_AT_ONCE = 1_000;

/** Deletes any number of objects. Keys without an object are ignored. */
export async function deleteObjects(store: Pick<R2Bucket, "delete">, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    await store.delete(keys.slice(from, from + KEYS_AT_ONCE));
  }
}

/** Deletes all objects whose keys begin with a prefix. */
export async function deletePrefix(store: Pick<R2Bucket, "delete" | "list">, prefix: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await store.list({ prefix, limit: KEYS_AT_ONCE });
    if (objects.length > 0) await store.delete(objects.map(({ key }) => key));
    if (!truncated) return;
  }
}
