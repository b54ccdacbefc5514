import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory that most Linux machines have. */
const IN_MEMORY = "/dev/shm";
/** The place of temporary files where nobody chose one. */
const USUAL = "/tmp";
/** Bytes, several times what all tests keep at once. */
const LEAST_ROOM = 3 * 2 ** 30;
/** Before the number of the process that the folder ends with. */
const PREFIX = "edgewise-tests-";

/**
 * Keeps the temporary files of this process and of those that it starts in memory, if there is room. The stores of local Workers write each
 * change to the disk before they answer, and reads of D1 count as changes: without a disk, a read takes 40 % less processor time, and does
 * not wait. A folder that `TMPDIR` names stays in use.
 */
export function keepTemporaryFilesInMemory(): void {
  if (tmpdir() !== USUAL || roomIn(IN_MEMORY) < LEAST_ROOM) return;
  removeLeftFolders();
  const folder = join(IN_MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(folder);
  process.env.TMPDIR = folder;
  // A process that ends at the same time may still write a file.
  process.once("exit", () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  );
}

/** Bytes that may be written there and that the machine has left; 0 where there is no such folder. */
function roomIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.min(bavail * bsize, process.availableMemory());
  } catch {
    return 0;
  }
}

/** Removes what killed processes left. */
function removeLeftFolders(): void {
  for (const name of readdirSync(IN_MEMORY)) {
    const [, pid] = /^edgewise-tests-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(IN_MEMORY, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another account's process.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
