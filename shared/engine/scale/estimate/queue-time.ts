/** How long stages take on a queue. The assumptions are the platform's documents' where they say something, see `test/bench/queue-model.ts`. */
import type { PlannedStage } from "../plan/staged-plan.ts";

export const QUEUE = {
  /** Most consumers of a queue. */
  consumers: 250,
  /** Until a message is delivered, evenly spread. */
  latencyMs: { least: 100, most: 1_000 },
  /** Of the coordinator, for each report, one after another. */
  reportMs: 20,
  /** Messages that are lost with their worker, and are done again when its claim ends. */
  lostShare: 0.001,
  lostMs: 20_000,
  /** A task takes this many times its processor time, for R2. */
  wallPerCpu: 2,
} as const;

/**
 * Minutes of all stages, as the simulation of `test/bench/queue-simulation.ts` has them on average: a batch is one message, a consumer is added for each
 * that ends, and stays for the next stage.
 */
export function minutesOnQueue(stages: readonly PlannedStage[]): number {
  let [ms, consumers] = [0, 1];
  for (const { taskCount, load } of stages) {
    ms += stageMs(taskCount, load.cpuMs / Math.max(1, taskCount), consumers);
    consumers = Math.min(QUEUE.consumers, consumers + taskCount);
  }
  return ms / 60_000;
}

/** Rounds of messages, each with twice the consumers until there are as many as may be; the last one ends with its slowest. */
function stageMs(taskCount: number, cpuMs: number, consumers: number): number {
  if (taskCount === 0) return 0;
  const { latencyMs, wallPerCpu, reportMs, lostShare, lostMs } = QUEUE;
  const range = latencyMs.most - latencyMs.least;
  const meanMs = latencyMs.least + range / 2 + wallPerCpu * cpuMs;
  let [left, width, rounds] = [taskCount, consumers, 0];
  for (; left > width && width < QUEUE.consumers; rounds++) {
    left -= width;
    width = Math.min(QUEUE.consumers, 2 * width);
  }
  rounds += Math.max(0, Math.ceil(left / width) - 1);
  const lastRound = Math.min(left, width);
  // The slowest of n evenly spread ones is n / (n + 1) of the way.
  const slowestMs = latencyMs.least + (range * lastRound) / (lastRound + 1) + wallPerCpu * cpuMs;
  const workMs = rounds * meanMs + slowestMs;
  const endMs = Math.max(workMs + reportMs, meanMs + taskCount * reportMs);
  // The last of the messages that are lost, where there are some, begins this far into the time in which messages begin.
  const lost = Math.max(1, lostShare * taskCount);
  const lostEndMs = (lost / (lost + 1)) * (workMs - slowestMs) + lostMs + meanMs;
  const someLost = 1 - (1 - lostShare) ** taskCount;
  return endMs + someLost * Math.max(0, lostEndMs - endMs);
}
