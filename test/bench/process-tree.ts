import { readdirSync, readFileSync } from "node:fs";

export interface ProcessMemory {
  readonly command: string;
  /** Resident memory, pages that processes share counted in each. */
  readonly rssMb: number;
  /** The same with a shared page divided among the processes that share it. */
  readonly pssMb: number;
}

/** The memory of a process and all below it, as Linux tells it. */
export function processTree(root: number): ProcessMemory[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  );
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow).map(memoryOf);
}

function parentOf(pid: string): number {
  const stat = readProc(pid, "stat");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function memoryOf(pid: number): ProcessMemory {
  const rollup = readProc(String(pid), "smaps_rollup");
  const mb = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0) / 1024;
  const command = readProc(String(pid), "cmdline").replaceAll("\0", " ").slice(0, 70);
  return { command, rssMb: mb("Rss"), pssMb: mb("Pss") };
}

/** Empty for a process that has just ended. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
