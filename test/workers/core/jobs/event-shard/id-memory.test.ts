import { describe, expect, it } from "vitest";
import {
  ID_MEMORY_MS,
  IdMemory,
  idHash,
  MAX_IDS,
  packHashes,
  unpackHashes,
} from "#jobs/event-shard/id-memory.ts";
import { IdSet } from "#jobs/event-shard/id-set.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const hash = (n: number) => idHash("ann", `event-${n}`);

describe("the memory of event ids", () => {
  it("knows 100,000 ids, and no others", () => {
    const memory = new IdMemory();
    for (let n = 0; n < 100_000; n++) memory.add(hash(n), NOW);
    expect(memory.size).toBe(100_000);
    let known = 0;
    for (let n = 0; n < 200_000; n++) if (memory.has(hash(n))) known++;
    expect(known).toBe(100_000);
  });

  it("tells users apart: the same id of two people is two events", () => {
    const memory = new IdMemory();
    memory.add(idHash("ann", "1"), NOW);
    expect(memory.has(idHash("bob", "1"))).toBe(false);
    expect(idHash("a", "bc")).not.toEqual(idHash("ab", "c"));
  });

  it("forgets an id after a day and not before", () => {
    const memory = new IdMemory();
    memory.add(hash(1), NOW);
    memory.prune(NOW + ID_MEMORY_MS - 1);
    expect(memory.has(hash(1))).toBe(true);
    memory.prune(NOW + ID_MEMORY_MS + HOUR);
    expect(memory.has(hash(1))).toBe(false);
    expect(memory.size).toBe(0);
  });

  it("drops the oldest hour when it holds too many, and keeps the newest", () => {
    const memory = new IdMemory();
    memory.add(hash(-1), NOW - HOUR);
    for (let n = 0; n < MAX_IDS; n++) memory.add(hash(n), NOW);
    memory.prune(NOW);
    expect(memory.has(hash(-1))).toBe(false);
    expect(memory.has(hash(5))).toBe(true);
  });

  it("writes hashes as bytes and reads them back", () => {
    const hashes = [hash(1), hash(2), hash(3)];
    expect([...unpackHashes(packHashes(hashes).buffer)]).toEqual(hashes);
  });
});

describe("a set of hashes", () => {
  it("keeps apart hashes that share a half, and the hash 0", () => {
    const set = new IdSet();
    for (const [high, low] of [
      [0, 0],
      [1, 7],
      [2, 7],
      [7, 1],
    ] as const) {
      expect(set.has(high, low)).toBe(false);
      set.add(high, low);
      set.add(high, low);
      expect(set.has(high, low)).toBe(true);
    }
    expect(set.size).toBe(4);
  });
});
