import { readdirSync, readFileSync } from "node:fs";

export interface ProcessMemory {
  readonly name: string;
  /** Resident set, megabytes of 10⁶ bytes. */
  readonly mb: number;
}

/** The processes of a process group, e.g. of a local stack. From Linux's /proc; ended processes are left out. */
export function groupMemory(group: number): ProcessMemory[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(read(`/proc/${pid}/stat`)) ?? [];
      const kb = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
      return rest.split(" ")[2] === String(group) && kb ? [{ name, mb: (Number(kb) * 1024) / 1e6 }] : [];
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
