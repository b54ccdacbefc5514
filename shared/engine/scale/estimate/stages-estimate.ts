/** What a job of stages costs, before it starts. */
import { PRICES } from "#contract/prices.ts";
import type { WorkEstimate } from "#contract/work.ts";
import type { StageLoad } from "../plan/stage-load.ts";
import type { PlannedStage } from "../plan/staged-plan.ts";
import { minutesOnQueue } from "./queue-time.ts";

/** What was counted, of a plan or of a job that ran. */
export interface StagesCounts extends Omit<StageLoad, "cpuMs"> {
  readonly messages: number;
  readonly cpuSeconds: number;
}

export interface StagesEstimate extends StagesCounts {
  /** Of the longest message, if those of a stage are alike. */
  readonly longestSeconds: number;
  readonly dollars: number;
  /** From the first message to the end of the last one, on an idle queue with 250 consumers. */
  readonly minutes: number;
}

/** A message takes three operations of the queue. Its task claims and reports: two calls of the job's object, each a row and an alarm. */
const PER_MESSAGE = { queueOperations: 3, objectRequests: 2, rowsWritten: 4 };

/** Dollars by what they pay for. Deleting is free; what is stored in between costs nothing that shows. */
export function dollarsOf({
  messages,
  cpuSeconds,
  reads,
  writes,
}: Omit<StagesCounts, "readBytes" | "writtenBytes">) {
  const { queueOperations, objectRequests, rowsWritten } = PER_MESSAGE;
  const millions = messages / 1e6;
  return {
    processor: (1000 * cpuSeconds * PRICES.cpuMs) / 1e6,
    queue: queueOperations * millions * PRICES.queueOperation,
    coordinator: millions * (objectRequests * PRICES.objectRequest + rowsWritten * PRICES.rowWritten),
    reads: (reads * PRICES.r2Read) / 1e6,
    writes: (writes * PRICES.r2Write) / 1e6,
  };
}

export function totalDollars(counts: Omit<StagesCounts, "readBytes" | "writtenBytes">): number {
  return Object.values(dollarsOf(counts)).reduce((sum, part) => sum + part, 0);
}

export function estimateStages(stages: readonly PlannedStage[]): StagesEstimate {
  const sum = (value: (load: StageLoad) => number) => stages.reduce((all, { load }) => all + value(load), 0);
  const counts: StagesCounts = {
    messages: stages.reduce((all, { taskCount }) => all + taskCount, 0),
    cpuSeconds: sum(({ cpuMs }) => cpuMs) / 1000,
    ...{ reads: sum(({ reads }) => reads), writes: sum(({ writes }) => writes) },
    ...{
      readBytes: sum(({ readBytes }) => readBytes),
      writtenBytes: sum(({ writtenBytes }) => writtenBytes),
    },
  };
  const longest = stages.map(({ taskCount, load }) => load.cpuMs / Math.max(1, taskCount) / 1000);
  return {
    ...counts,
    longestSeconds: Math.max(0, ...longest),
    dollars: totalDollars(counts),
    minutes: minutesOnQueue(stages),
  };
}

/** As the API gives it: whole operations and bytes. */
export function workEstimateOf(estimate: StagesEstimate): WorkEstimate {
  return {
    messages: estimate.messages,
    reads: Math.round(estimate.reads),
    writes: Math.round(estimate.writes),
    read_bytes: Math.round(estimate.readBytes),
    written_bytes: Math.round(estimate.writtenBytes),
    cpu_seconds: estimate.cpuSeconds,
    minutes: estimate.minutes,
    dollars: estimate.dollars,
  };
}
