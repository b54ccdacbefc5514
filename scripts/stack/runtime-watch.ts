/** Ends the Workers runtime when this process ends in any way, by `kill -9` too: then the runtime would go on alone. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

/** Waits for the end of its input, which is the end of the process that holds the other side. No signal of a terminal stops the wait. */
const WATCH = 'trap "" INT TERM HUP; read -r _; kill -9 "$(cat "$0")"';

export interface RuntimePrograms {
  readonly workerd: string;
  /** Starts it so that it can be watched. */
  readonly script: string;
}

export interface Watch {
  /** The program that starts the runtime, and what it needs in its environment. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the watch, for when the runtime has ended. */
  end(): void;
}

/**
 * Watches the runtime that `command` starts. Windows has no shell for it: there, only an orderly end takes the runtime along.
 *
 * @param runtimeFile Gets the number of the runtime's process.
 */
export function watchRuntime({ workerd, script }: RuntimePrograms, runtimeFile: string): Watch {
  if (process.platform === "win32") return { command: workerd, env: {}, end: () => undefined };
  const watch = spawn("sh", ["-c", WATCH, runtimeFile], { stdio: ["pipe", "ignore", "ignore"] });
  watch.unref();
  (watch.stdin as unknown as { unref?: () => void }).unref?.();
  return {
    command: script,
    env: { STACK_WORKERD: workerd, STACK_RUNTIME_FILE: runtimeFile, STACK_HOST: String(process.pid) },
    end() {
      watch.kill("SIGKILL");
      rmSync(runtimeFile, { force: true });
    },
  };
}
