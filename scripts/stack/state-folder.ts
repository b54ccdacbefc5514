/** The folder that a stack keeps everything in: D1, R2, KV, Durable Objects, and the secret of this stack. */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MOST_JOBS } from "./jobs.ts";
import { StackError } from "./stack-error.ts";
import { takeLock } from "./take-lock.ts";

const END_WAIT_MS = 10_000;
const POLL_MS = 20;

export interface StateFolder {
  readonly dir: string;
  /** Where Miniflare and Wrangler keep what the Workers store. */
  readonly resources: string;
  /** Has the runtime's configuration. */
  readonly config: string;
  /** Has the number of the runtime's process while it runs. */
  readonly runtimeFile: string;
  /** The same of a compute process, by its place from 0. */
  computeFile(place: number): string;
  /** Signs sessions and models unless the settings name another; made once. */
  readonly secret: string;
  /** Lets another process have the folder. */
  close(): void;
}

/** Opens a folder for this process alone, until it ends or closes the folder. Throws `StackError` when another stack runs on it. */
export async function openStateFolder(path: string): Promise<StateFolder> {
  const dir = resolve(path);
  const keeperFile = join(dir, "process");
  try {
    makeFolder(dir);
    const release = takeLock(join(dir, "lock"));
    if (release === null) throw new StackError(alreadyRuns(keeperFile));
    writeFileSync(keeperFile, `${process.pid}\n`);
    const runtimeFile = join(dir, "runtime");
    const computeFile = (place: number) => join(dir, `compute-${place}`);
    await endRuntime(runtimeFile);
    for (let place = 0; place < MOST_JOBS; place++) await endRuntime(computeFile(place));
    return {
      dir,
      resources: join(dir, "v3"),
      config: join(dir, "config"),
      runtimeFile,
      computeFile,
      secret: secretOf(dir),
      close: release,
    };
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw new StackError(`The state folder ${dir} cannot be used: ${(error as Error).message}`);
  }
}

function makeFolder(dir: string): void {
  if (existsSync(dir) && !statSync(dir).isDirectory()) throw new Error("it is a file, not a folder.");
  mkdirSync(dir, { recursive: true });
  accessSync(dir, constants.W_OK);
}

function alreadyRuns(keeperFile: string): string {
  const keeper = existsSync(keeperFile) ? readFileSync(keeperFile, "utf8").trim() : "unknown";
  return (
    `A stack is already running on this state folder (process ${keeper}). ` +
    "Use it, end it, or give another folder: npm start -- --port N --state DIR"
  );
}

function secretOf(dir: string): string {
  const file = join(dir, "secret");
  if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

/** Waits for the runtime of a stack that was killed a moment ago: its own watch ends it. */
async function endRuntime(runtimeFile: string): Promise<void> {
  if (!existsSync(runtimeFile)) return;
  const runtime = Number(readFileSync(runtimeFile, "utf8"));
  const deadline = Date.now() + END_WAIT_MS;
  while (isAlive(runtime)) {
    if (Date.now() > deadline) throw new StackError(`Process ${runtime} of a killed stack does not end.`);
    await pause(POLL_MS);
  }
  rmSync(runtimeFile, { force: true });
}

function isAlive(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
