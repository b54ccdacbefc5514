import { availableParallelism, totalmem } from "node:os";
import { decimal, type Values, wholeNumber } from "./command-line.ts";

/** How data that are larger than memory are read and fitted. */
export const MEMORY_OPTIONS = {
  memory: {
    type: "string",
    value: "MB",
    help: "for the data and the model; larger ones are read and fitted by blocks; a quarter of the machine's by default",
  },
  work: {
    type: "string",
    value: "DIR",
    help: "folder for the files of work by blocks, removed at the end; that of the model, or of the data, by default",
  },
  jobs: {
    type: "string",
    value: "N",
    help: "threads of work by blocks; by default as many as the machine has processors, at most 4",
  },
} as const;

export interface MemoryLimits {
  /** Bytes that data and model may take where blocks do as well. */
  readonly bytes: number;
  /** The same where only one piece does. */
  readonly mostBytes: number;
  readonly jobs: number;
}

const MOST_JOBS = 4;
const MOST_GIVEN_JOBS = 64;
/** What is counted are the arrays of data and model. With its garbage a process took two to three times as much. */
const DEFAULT_SHARE = 0.25;

/** Throws `UsageError`. */
export function memoryLimitsOf({ memory, jobs }: Values<typeof MEMORY_OPTIONS>): MemoryLimits {
  const given = memory === undefined ? null : 1e6 * decimal("memory", memory, 0.001);
  return {
    bytes: given ?? DEFAULT_SHARE * machineBytes(),
    mostBytes: given ?? machineBytes(),
    jobs:
      jobs === undefined
        ? Math.min(MOST_JOBS, availableParallelism())
        : wholeNumber("jobs", jobs, 1, MOST_GIVEN_JOBS),
  };
}

/** The memory of the machine, or that of the container which the process is in. */
function machineBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
}
