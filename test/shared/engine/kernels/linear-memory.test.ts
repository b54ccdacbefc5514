import { describe, expect, it } from "vitest";
import { LinearMemory } from "../../../../shared/engine/kernels/memory/linear-memory.ts";
import { createRandom } from "../../../../shared/engine/random.ts";

const PAGE_BYTES = 65_536;

function fakeMemory(maxPages = 100): { readonly buffer: ArrayBuffer; grow(pages: number): number } {
  let buffer = new ArrayBuffer(PAGE_BYTES);
  return {
    get buffer() {
      return buffer;
    },
    grow(pages) {
      if (buffer.byteLength / PAGE_BYTES + pages > maxPages) throw new RangeError("no memory");
      const grown = new ArrayBuffer(buffer.byteLength + pages * PAGE_BYTES);
      new Uint8Array(grown).set(new Uint8Array(buffer));
      buffer = grown;
      return pages;
    },
  };
}

describe("LinearMemory", () => {
  it("never hands out overlapping pieces, and takes all of them back", () => {
    const memory = new LinearMemory(fakeMemory(), 1000);
    const random = createRandom(5);
    const live: { address: number; bytes: number }[] = [];
    for (let round = 0; round < 2000; round++) {
      if (live.length > 0 && random.next() < 0.5) {
        const [piece] = live.splice(random.below(live.length), 1);
        if (piece) memory.release(piece.address, piece.bytes);
        continue;
      }
      const bytes = 1 + random.below(5000);
      const address = memory.allocate(bytes);
      expect(address).toBeGreaterThanOrEqual(1000);
      const clash = live.find(
        (other) => address < other.address + other.bytes && other.address < address + bytes,
      );
      expect(clash).toBeUndefined();
      live.push({ address, bytes });
    }
    for (const { address, bytes } of live) memory.release(address, bytes);
    expect(memory.allocatedBytes).toBe(0);
  });

  it("hands out zeros only, also where memory was used before", () => {
    const memory = new LinearMemory(fakeMemory(), 100);
    for (const bytes of [100, 5000, 300, 70_000, 40]) {
      const addresses = [memory.allocate(bytes), memory.allocate(2 * bytes)] as const;
      const views = addresses.map((address, at) => new Uint8Array(memory.buffer, address, (at + 1) * bytes));
      for (const view of views) expect(view.every((value) => value === 0)).toBe(true);
      for (const view of views) view.fill(255);
      memory.release(addresses[0], bytes);
      memory.release(addresses[1], 2 * bytes);
    }
  });

  it("uses freed memory again before it grows", () => {
    const memory = new LinearMemory(fakeMemory(3), 0);
    for (let round = 0; round < 50; round++) {
      const pieces = [60_000, 60_000, 60_000].map((bytes) => ({ address: memory.allocate(bytes), bytes }));
      for (const { address, bytes } of pieces) memory.release(address, bytes);
    }
    expect(memory.buffer.byteLength).toBe(3 * PAGE_BYTES);
  });

  it("says so when the memory cannot grow", () => {
    const memory = new LinearMemory(fakeMemory(2), 0);
    expect(() => memory.allocate(3 * PAGE_BYTES)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
    expect(memory.allocatedBytes).toBe(0);
  });
});
