/** What a job of stages takes: estimated before it starts, and counted while it runs. */
import * as z from "zod";

const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

export const workCounts = z.object({
  /** Messages of a queue: one for each task. */
  messages: count,
  /** Objects of R2 that are read, and ranges of them. */
  reads: count,
  /** Objects that are written, and listings. */
  writes: count,
  read_bytes: count,
  written_bytes: count,
});

export const workEstimate = workCounts.extend({
  /** Of one processor. */
  cpu_seconds: amount,
  /** On an idle queue with 250 consumers. */
  minutes: amount,
  /** By the platform's price list, without what a plan includes. */
  dollars: amount,
});
export type WorkEstimate = z.infer<typeof workEstimate>;

export const processWork = z.object({
  /** Processor time of all messages. */
  cpu_seconds: amount,
  /** Of the message with the most. */
  most_cpu_seconds: amount,
  /** The most resident memory of a process while it worked: the runtime itself and garbage are included. */
  most_bytes: count,
});

export const workMeasured = workCounts.extend({
  /** How long the tasks worked, one after another: waiting for R2 is included. */
  seconds: amount,
  /** Of the processes that did the tasks. Null where nobody tells, as in a deployment. */
  process: processWork.nullable(),
});
export type WorkMeasured = z.infer<typeof workMeasured>;

/** Of a job that many workers did. */
export const jobWork = z.object({ estimate: workEstimate, measured: workMeasured });
export type JobWork = z.infer<typeof jobWork>;
