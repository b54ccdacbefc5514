/** The folder for files between tasks. It is removed when the work ends, unless the process is killed or crashes. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileProblem } from "../files/read-file.ts";
import { UsageError } from "../options/usage-error.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface WorkFolder {
  readonly path: string;
  /** Also ends this at a signal, before the folder is removed. */
  stopFirst(stop: () => Promise<void>): void;
  /** Also removes this file at a signal. */
  removeToo(path: string): void;
}

/**
 * Makes a folder within another one, and removes it after success, failure, and the signals by which somebody stops a command; the process
 * then ends by that signal. Throws `UsageError` when it cannot be made.
 */
export async function withWorkFolder<Result>(
  parent: string,
  use: (folder: WorkFolder) => Promise<Result>,
): Promise<Result> {
  const path = makeFolder(parent);
  const stops: (() => Promise<void>)[] = [];
  const paths = [path];
  const remove = () => {
    for (const one of paths) rmSync(one, { recursive: true, force: true });
  };
  const onSignal = (signal: NodeJS.Signals) => {
    const end = () => {
      remove();
      for (const name of SIGNALS) process.off(name, onSignal);
      process.kill(process.pid, signal);
    };
    if (stops.length === 0) end();
    else Promise.all(stops.map((stop) => stop())).then(end, end);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await use({
      path,
      stopFirst: (stop) => void stops.push(stop),
      removeToo: (file) => void paths.push(file),
    });
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
    rmSync(path, { recursive: true, force: true });
  }
}

function makeFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, ".edgewise-"));
  } catch (error) {
    const problem = fileProblem(error as NodeJS.ErrnoException);
    throw new UsageError(
      `${parent}: ${problem} --work DIR names another folder for the files of work by blocks.`,
    );
  }
}
