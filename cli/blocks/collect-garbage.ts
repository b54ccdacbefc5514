import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Arrays of fewer bytes are left to the runtime: a collection takes some milliseconds. */
const MOST_BYTES = 8e6;

let collect: (() => void) | null = null;

/**
 * Collects the garbage of this thread where its arrays have many bytes. A task leaves tens of megabytes of them, and the runtime may keep 64 MB
 * before it looks: as much as the next task takes.
 */
export function collectGarbage(): void {
  if (process.memoryUsage().arrayBuffers < MOST_BYTES) return;
  if (collect === null) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
