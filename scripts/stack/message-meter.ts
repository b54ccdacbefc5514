/** What a message of a job takes in its process: for benches. Linux tells it in /proc; elsewhere nothing is measured. */
import { readFileSync, writeFileSync } from "node:fs";
import type { ComputeProcess } from "./compute/compute-pool.ts";

export interface MessageFigures {
  readonly queue: string;
  readonly kind: string;
  /** Of a job that is cut into stages. */
  readonly stage?: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most resident memory of the process: the runtime itself and garbage included. Megabytes of 10⁶ bytes. */
  readonly peakMb: number;
}

/** The event in the log. */
export const MESSAGE_WORKED = "message_worked";

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
/** Makes the present memory the peak. */
const RESET_PEAK = "5";

/** A process whose messages are measured. @param tell Hears what each took that was done. */
export function measuredProcess(
  inner: ComputeProcess,
  pid: number,
  tell: (figures: MessageFigures) => void,
): ComputeProcess {
  return {
    ended: inner.ended,
    end: () => inner.end(),
    async work(message) {
      const startedAt = performance.now();
      const cpuBefore = cpuSecondsOf(pid);
      writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK);
      const problem = await inner.work(message);
      const { queue, body } = JSON.parse(message) as {
        readonly queue: string;
        readonly body: Pick<MessageFigures, "kind" | "stage">;
      };
      tell({
        ...{ queue, kind: body.kind, ...(body.stage !== undefined && { stage: body.stage }) },
        seconds: (performance.now() - startedAt) / 1000,
        cpuSeconds: cpuSecondsOf(pid) - cpuBefore,
        peakMb: peakMbOf(pid),
      });
      return problem;
    },
  };
}

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function peakMbOf(pid: number): number {
  const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return (Number(kb) * 1024) / 1e6;
}
