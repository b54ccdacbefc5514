import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { estimateIngestion, expectedCut } from "#engine/scale/estimate/estimate-ingestion.ts";
import { minutesOnQueue, QUEUE } from "#engine/scale/estimate/queue-time.ts";
import { estimateStages } from "#engine/scale/estimate/stages-estimate.ts";
import { ingestStages } from "#engine/scale/ingest/ingest-load.ts";
import { loadOf } from "#engine/scale/plan/stage-load.ts";
import type { PlannedStage } from "#engine/scale/plan/staged-plan.ts";
import { LEASE_TTL_MS } from "#jobs/leased-task.ts";
import { MOST_IN_FLIGHT } from "#jobs/staged-job.ts";
import { endsOf } from "../../../../bench/queue-simulation.ts";

const NOTHING = { reads: 0, writes: 0, readBytes: 0, writtenBytes: 0 };

function stageOf(taskCount: number, cpuMsEach: number): PlannedStage {
  return { name: "stage", taskCount, load: { ...loadOf(0, NOTHING), cpuMs: taskCount * cpuMsEach } };
}

/** Mean of simulations. */
function simulatedMinutes(stages: readonly PlannedStage[]): number {
  const tasks = stages.reduce((sum, { taskCount }) => sum + taskCount, 0);
  const runs = tasks > 1_000 ? 4 : 30;
  let ms = 0;
  for (let seed = 0; seed < runs; seed++) ms += endsOf(stages, createRandom(seed)).at(-1) ?? 0;
  return ms / runs / 60_000;
}

describe("the minutes of stages", () => {
  it.each([
    { about: "one task", stages: [stageOf(1, 400)] },
    { about: "a ramp", stages: [stageOf(60, 1_500)] },
    { about: "more tasks than consumers", stages: [stageOf(3_000, 2_000)] },
    { about: "many short tasks", stages: [stageOf(2_000, 20)] },
    { about: "half-epochs", stages: Array.from({ length: 16 }, () => stageOf(20, 300)) },
    { about: "20 M rows", stages: rowsOf(20e6) },
    { about: "100 M rows", stages: rowsOf(100e6) },
    { about: "1,000 M rows", stages: rowsOf(1e9) },
  ])("by the formula are those of the simulation within 15 %: $about", ({ stages }) => {
    const ratio = minutesOnQueue(stages) / simulatedMinutes(stages);
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });

  it("assume what the job does", () => {
    expect(QUEUE.consumers).toBe(MOST_IN_FLIGHT);
    expect(QUEUE.lostMs).toBe(LEASE_TTL_MS);
  });
});

function rowsOf(rows: number): PlannedStage[] {
  return ingestStages(expectedCut({ bytes: 24 * rows, hasTimes: true }));
}

describe("the estimate of stages", () => {
  it("adds up the stages, and takes dollars from the price list", () => {
    const load = { cpuMs: 5_000, reads: 100, writes: 10, readBytes: 1e6, writtenBytes: 1e5 };
    const stages = [
      { name: "one", taskCount: 1_000, load },
      { name: "two", taskCount: 1, load: { ...load, cpuMs: 2_000 } },
    ];
    const { dollars, minutes, ...counts } = estimateStages(stages);
    expect(counts).toEqual({
      ...{ messages: 1_001, cpuSeconds: 7, longestSeconds: 2 },
      ...{ reads: 200, writes: 20, readBytes: 2e6, writtenBytes: 2e5 },
    });
    // 7,000 ms · 0.02 + 3,003 · 0.4 + 2,002 · 0.15 + 4,004 rows + 200 · 0.36 + 20 · 4.5, each for a million.
    expect(1e6 * dollars).toBeCloseTo(140 + 1_201.2 + 300.3 + 4_004 + 72 + 90, 6);
    expect(minutes).toBeGreaterThan(0);
  });
});

describe("the estimate of an ingestion", () => {
  it("grows with the file, and names the rows and blocks", () => {
    const small = estimateIngestion({
      bytes: 480e6,
      rowBytes: 24,
      hasTimes: true,
      users: 138_000,
      items: 27_000,
    });
    expect(small).toMatchObject({ rows: 20e6, blocks: 59, reason: null });
    const large = estimateIngestion({ bytes: 2_400e6, rowBytes: 24, hasTimes: true });
    expect(large.dollars).toBeGreaterThan(4 * small.dollars);
  });

  it("refuses what one worker cannot parse in its time, and says what would fit", () => {
    const { reason } = estimateIngestion({ bytes: 5e9, rowBytes: 24, hasTimes: true, isGzip: true });
    expect(reason).toMatch(/^One worker would need about \d+ s, and has 300: send the file as plain CSV/);
  });
});
