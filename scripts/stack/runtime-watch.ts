/** Ends the Workers runtime when this process ends in any way, by `kill -9` too: then the runtime would go on alone. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Waits for the end of its input, which is the end of the process that holds the other side; no signal of a terminal stops the wait. */
const WATCH = 'trap "" INT TERM HUP; read -r _; kill -9 "$(cat "$0")"';

/**
 * Makes Miniflare start the runtime so that it can be watched, and watches it. Returns what ends the watch, for when the runtime has ended.
 * Windows has no shell for it: there, only an orderly end takes the runtime along.
 */
export function watchRuntime(runtimeFile: string): () => void {
  if (process.platform === "win32") return () => undefined;
  // Miniflare takes the runtime's path from the environment, and hands its own environment on.
  Object.assign(process.env, {
    MINIFLARE_WORKERD_PATH: join(import.meta.dirname, "workerd.sh"),
    STACK_WORKERD: workerdPath(),
    STACK_RUNTIME_FILE: runtimeFile,
    STACK_HOST: String(process.pid),
  });
  const watch = spawn("sh", ["-c", WATCH, runtimeFile], { stdio: ["pipe", "ignore", "ignore"] });
  watch.unref();
  (watch.stdin as unknown as { unref?: () => void }).unref?.();
  return () => {
    watch.kill("SIGKILL");
    rmSync(runtimeFile, { force: true });
  };
}

function workerdPath(): string {
  const require = createRequire(createRequire(import.meta.url).resolve("miniflare"));
  return (require("workerd") as { default: string }).default;
}
