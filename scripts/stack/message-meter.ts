/** What a message of a job takes in its process. Linux tells it in /proc; elsewhere nothing is measured. */
import { accessSync, constants, readFileSync, writeFileSync } from "node:fs";
import type { ComputeProcess } from "./compute/compute-pool.ts";
import type { ProcessUse } from "./compute/names.ts";

export interface MessageFigures extends ProcessUse {
  readonly queue: string;
  readonly kind: string;
  /** Of a job that is cut into stages. */
  readonly stage?: number;
  readonly seconds: number;
}

/** The event in the log. */
export const MESSAGE_WORKED = "message_worked";

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
/** Makes the present memory the peak. */
const RESET_PEAK = "5";

/** Measures a process from the beginning of each message on. */
export class MessageMeter {
  readonly #folder: string;
  readonly #isTold: boolean;
  #cpuBefore = 0;

  /** @param pid Of the process. */
  constructor(pid: number) {
    this.#folder = `/proc/${pid}`;
    this.#isTold = isWritable(`${this.#folder}/clear_refs`);
  }

  begin(): void {
    if (!this.#isTold) return;
    this.#cpuBefore = this.#read()?.cpuSeconds ?? 0;
    if (isWritable(`${this.#folder}/clear_refs`)) writeFileSync(`${this.#folder}/clear_refs`, RESET_PEAK);
  }

  /** Null where the system does not tell, and of a process that has ended. */
  use(): ProcessUse | null {
    const now = this.#isTold ? this.#read() : null;
    return now && { ...now, cpuSeconds: now.cpuSeconds - this.#cpuBefore };
  }

  #read(): ProcessUse | null {
    const [stat, status] = [textOf(`${this.#folder}/stat`), textOf(`${this.#folder}/status`)];
    if (stat === null || status === null) return null;
    const fields = stat.split(") ").at(-1)?.split(" ") ?? [];
    const kb = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? "0";
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    return { cpuSeconds, peakBytes: Number(kb) * 1024 };
  }
}

/** False also where there is no such file: on other systems, or when the process has ended. */
function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Null for a process that has ended. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

/** A process whose messages are measured. @param tell Hears what each took that was done. */
export function measuredProcess(
  inner: ComputeProcess,
  meter: Pick<MessageMeter, "begin" | "use">,
  tell: (figures: MessageFigures) => void,
): ComputeProcess {
  return {
    ended: inner.ended,
    end: () => inner.end(),
    async work(message) {
      const startedAt = performance.now();
      meter.begin();
      const problem = await inner.work(message);
      const use = meter.use();
      if (use !== null) tell({ ...named(message), ...use, seconds: (performance.now() - startedAt) / 1000 });
      return problem;
    },
  };
}

function named(message: string): Pick<MessageFigures, "queue" | "kind" | "stage"> {
  const { queue, body } = JSON.parse(message) as {
    readonly queue: string;
    readonly body: Pick<MessageFigures, "kind" | "stage">;
  };
  return { queue, kind: body.kind, ...(body.stage !== undefined && { stage: body.stage }) };
}
