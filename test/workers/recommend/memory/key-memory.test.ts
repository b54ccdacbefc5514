import { describe, expect, it } from "vitest";
import { keyMemoryMs } from "#recommend/memory/key-memory.ts";
import { findKeyRecord, KEY_CACHE_TTL_S, KEY_MEMORY_MS } from "#storage/routing-store.ts";

/** The documentation promises this for revoked keys and closed accounts. */
const PROMISED_MS = 60_000;

describe("a revoked key", () => {
  it("stops within the minute that is promised: what KV and an isolate remember adds up to less", async () => {
    expect(KEY_CACHE_TTL_S * 1000 + KEY_MEMORY_MS).toBeLessThanOrEqual(PROMISED_MS);
    const asked: unknown[] = [];
    const get = async (...call: unknown[]) => {
      asked.push(call);
      return null;
    };
    const store = { get, put: async () => undefined, delete: async () => undefined };
    await findKeyRecord(store, "abc");
    expect(asked).toEqual([["key:abc", { cacheTtl: KEY_CACHE_TTL_S }]]);
  });

  it.each([undefined, "", "0", "200", String(KEY_MEMORY_MS)])("is remembered no longer for %s", (text) => {
    expect(keyMemoryMs(text)).toBeLessThanOrEqual(KEY_MEMORY_MS);
  });

  it.each(["20001", "-1", "soon", "1.5"])("is not remembered for %s", (text) => {
    expect(() => keyMemoryMs(text)).toThrow(/EDGEWISE_KEY_MEMORY_MS/);
  });
});
