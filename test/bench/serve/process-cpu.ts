/** What Linux says of other processes. */
import { readdirSync, readFileSync } from "node:fs";

const TICKS_A_SECOND = 100;

/** Processor seconds of a process since its start, of its own threads only. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** Resident memory. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

/** All processes below one. */
export function childrenOf(parent: number): { readonly pid: number; readonly command: string }[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const own = all.filter((pid) => parentOf(pid) === parent);
  return own.flatMap((pid) => [
    { pid, command: readFileSync(`/proc/${pid}/cmdline`, "utf8") },
    ...childrenOf(pid),
  ]);
}

function parentOf(pid: number): number {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    // It has just ended.
    return 0;
  }
}

/** The fields after the name, from the state on. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
