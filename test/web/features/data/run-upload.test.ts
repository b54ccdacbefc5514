import { describe, expect, it } from "vitest";
import { runUpload, type UploadDeps } from "../../../../web/features/data/run-upload.ts";

const DROPPED = new Error("dropped");
const REFUSED = new Error("refused");

/** A storage that fails as configured: `failures` holds an error for the n-th request to send, from 0. */
function storage(failures: Readonly<Record<number, Error>>, alwaysFail = false) {
  const held = new Set<number>();
  const requested: number[] = [];
  const waits: number[] = [];
  const progress: number[] = [];
  const deps: UploadDeps = {
    async sendPart(part, onProgress) {
      const failure = alwaysFail ? DROPPED : failures[requested.length];
      requested.push(part.number);
      onProgress(Math.floor((part.end - part.start) / 2));
      if (failure) throw failure;
      held.add(part.number);
    },
    readReceived: async () => [...held],
    mayHeal: (error) => error === DROPPED,
    wait: async (delayMs) => {
      waits.push(delayMs);
    },
    random: () => 0,
    onProgress: (sentBytes) => progress.push(sentBytes),
    onPause: () => {},
  };
  return { deps, held, requested, waits, progress };
}

const job = { size: 95, partSize: 10, received: [] };
const ALL_PARTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("runUpload", () => {
  it("sends every part once", async () => {
    const { deps, requested, progress } = storage({});
    await runUpload(job, deps);
    expect(requested.toSorted((a, b) => a - b)).toEqual(ALL_PARTS);
    expect(progress.at(-1)).toBe(95);
    expect(Math.max(...progress)).toBe(95);
  });

  it("sends only the parts that an earlier attempt did not send", async () => {
    const { deps, requested, progress } = storage({});
    await runUpload({ ...job, received: [1, 2, 3, 4, 5, 6, 7, 8] }, deps);
    expect(requested).toEqual([9, 10]);
    expect(progress.at(-1)).toBe(95);
  });

  it("continues after a dropped part, from the stored parts", async () => {
    const { deps, held, requested, waits } = storage({ 4: DROPPED });
    await runUpload(job, deps);
    expect([...held].toSorted((a, b) => a - b)).toEqual(ALL_PARTS);
    expect(requested).toHaveLength(ALL_PARTS.length + 1);
    expect(waits).toEqual([1_000]);
  });

  it("asks storage again only once it answers", async () => {
    const fake = storage({ 0: DROPPED });
    let readCount = 0;
    const readReceived = async () => {
      readCount += 1;
      throw DROPPED;
    };
    await runUpload(job, { ...fake.deps, readReceived });
    expect(readCount).toBe(1);
    expect(fake.requested.filter((part) => part === 2)).toHaveLength(1);
  });

  it("gives up at once on an error that a retry cannot fix", async () => {
    const { deps, waits } = storage({ 2: REFUSED });
    await expect(runUpload(job, deps)).rejects.toBe(REFUSED);
    expect(waits).toEqual([]);
  });

  it("waits longer each time nothing gets through, then gives up", async () => {
    const { deps, waits } = storage({}, true);
    await expect(runUpload(job, deps)).rejects.toBe(DROPPED);
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });
});
