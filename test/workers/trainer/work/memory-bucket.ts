/** R2 in memory, as much of it as tasks use. */

export type Objects = Map<string, Uint8Array>;

interface Range {
  readonly offset: number;
  readonly length: number;
}

export type MemoryBucket = ReturnType<typeof memoryBucket>;

/** @param gate Awaited before and after each operation. */
export function memoryBucket(objects: Objects, gate: () => Promise<void> = async () => undefined) {
  const gated = async <Value>(run: () => Value): Promise<Value> => {
    await gate();
    const value = run();
    await gate();
    return value;
  };
  const headOf = (key: string) => {
    const bytes = objects.get(key);
    return bytes ? { key, size: bytes.length, etag: "1" } : null;
  };
  return {
    head: (key: string) => gated(() => headOf(key)),
    get: (key: string, { range }: { readonly range?: Range } = {}) =>
      gated(() => objectAt(objects, key, range)),
    async put(key: string, content: Uint8Array | ReadableStream<Uint8Array>) {
      const bytes = content instanceof Uint8Array ? content.slice() : await contentOf(content);
      await gated(() => objects.set(key, bytes));
      return headOf(key);
    },
    delete: (keys: string | string[]) =>
      gated(() => {
        for (const key of [keys].flat()) objects.delete(key);
      }),
    list: ({ prefix, limit = 1_000 }: { readonly prefix: string; readonly limit?: number }) =>
      gated(() => {
        const all = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
        return { objects: all.slice(0, limit).map((key) => ({ key })), truncated: all.length > limit };
      }),
  };
}

function objectAt(objects: Objects, key: string, range?: Range) {
  const whole = objects.get(key);
  if (!whole) return null;
  const { offset, length } = range ?? { offset: 0, length: whole.length };
  const bytes = whole.slice(offset, offset + length);
  return {
    key,
    size: whole.length,
    etag: "1",
    get body() {
      return new Blob([bytes]).stream();
    },
    arrayBuffer: async () => bytes.buffer,
  };
}

async function contentOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
