/** Notices the end of the process that started this one, however it ended. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const POLL_MS = 250;

/**
 * Calls back once when the parent has ended. npm starts a script by a shell in between, and a signal to npm may end one of the two alone:
 * npm is watched, too.
 */
export function watchParents(onEnd: () => void): void {
  const parent = process.ppid;
  const isByNpm = process.env.npm_lifecycle_event !== undefined;
  const grandparent = isByNpm ? parentOf(parent) : null;
  const timer = setInterval(() => {
    const isAlone = process.ppid !== parent || (grandparent !== null && parentOf(parent) !== grandparent);
    if (!isAlone) return;
    clearInterval(timer);
    onEnd();
  }, POLL_MS);
  timer.unref();
}

/** The parent of another process; null where the system does not tell at once. */
function parentOf(pid: number): number | null {
  if (process.platform === "linux") {
    try {
      // The name, in brackets, may hold anything; state and parent follow the last bracket.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    } catch {
      return null;
    }
  }
  if (process.platform === "win32") return null;
  return Number(execFileSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }));
}
