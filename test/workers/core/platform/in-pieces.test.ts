import { describe, expect, it } from "vitest";
import { inPieces } from "#platform/in-pieces.ts";

/** Work in pieces of the given number of milliseconds, by a clock that counts them. */
async function drive(pieces: number, msEach: number): Promise<{ longest: number; result: string }> {
  let now = 0;
  let pausedAt = 0;
  let longest = 0;
  function* work(): Generator<undefined, string, undefined> {
    for (let piece = 0; piece < pieces; piece++) {
      now += msEach;
      longest = Math.max(longest, now - pausedAt);
      yield;
    }
    return "done";
  }
  const pause = async () => {
    pausedAt = now;
  };
  const result = await inPieces(work(), { now: () => now, pause });
  return { longest, result };
}

describe("inPieces", () => {
  it("yields the thread every few milliseconds", async () => {
    expect(await drive(400, 1)).toEqual({ longest: 5, result: "done" });
    expect((await drive(10, 8)).longest).toBe(8);
  });

  it("pauses where the clock stands still, too", async () => {
    let pauses = 0;
    function* work(): Generator<undefined, number, undefined> {
      for (let piece = 0; piece < 200; piece++) yield;
      return 7;
    }
    const pause = async () => {
      pauses++;
    };
    expect(await inPieces(work(), { now: () => 0, pause })).toBe(7);
    expect(pauses).toBeGreaterThanOrEqual(5);
  });
});
