/** Stages of tasks on a queue, message by message. */
import type { Random } from "#engine/random.ts";
import { QUEUE } from "#engine/scale/estimate/queue-time.ts";
import type { PlannedStage } from "#engine/scale/plan/staged-plan.ts";

/** When each stage ends, milliseconds from the start. */
export function endsOf(stages: readonly PlannedStage[], random: Random): number[] {
  const { latencyMs, lostShare, lostMs, wallPerCpu, reportMs } = QUEUE;
  let now = 0;
  let consumers = 1;
  return stages.map(({ taskCount, load }) => {
    const latency = () => latencyMs.least + random.next() * (latencyMs.most - latencyMs.least);
    const wallMs = (wallPerCpu * load.cpuMs) / Math.max(1, taskCount);
    const free: number[] = new Array(consumers).fill(now);
    const reports: number[] = [];
    for (let task = 0; task < taskCount; task++) {
      free.sort((a, b) => a - b);
      const begins = (free.shift() as number) + latency();
      const done = begins + (random.next() < lostShare ? lostMs : 0) + wallMs;
      reports.push(done);
      free.push(done);
      if (consumers === QUEUE.consumers) continue;
      consumers++;
      free.push(done);
    }
    // The coordinator takes reports as they come, one after another.
    for (const done of reports.sort((a, b) => a - b)) now = Math.max(now, done) + reportMs;
    return now;
  });
}
