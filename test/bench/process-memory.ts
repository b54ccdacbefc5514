import { readdirSync, readFileSync } from "node:fs";

export interface ProcessMemory {
  readonly name: string;
  /** Resident set, megabytes of 10⁶ bytes. */
  readonly mb: number;
}

/** The processes of a process group, e.g. of a local stack. From Linux's /proc; ended processes are left out. */
export function groupMemory(group: number): ProcessMemory[] {
  return processesOf(group).flatMap(({ pid, name }) => {
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
    return kb ? [{ name, mb: (Number(kb) * 1024) / 1e6 }] : [];
  });
}

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
/** Places of user and system time after the name, in /proc/PID/stat: of a process, and of its children that have ended. */
const TIME_FIELDS = [11, 12, 13, 14];

/** Processor seconds that the processes of a group have taken so far, with those that have ended. */
export function groupCpuSeconds(group: number): number {
  const ticks = processesOf(group).flatMap(({ fields }) => TIME_FIELDS.map((at) => Number(fields[at])));
  return ticks.reduce((sum, count) => sum + count, 0) / TICKS_PER_SECOND;
}

function processesOf(group: number) {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(read(`/proc/${pid}/stat`)) ?? [];
      const fields = rest.split(" ");
      return fields[2] === String(group) ? [{ pid, name, fields }] : [];
    });
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
