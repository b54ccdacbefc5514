import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ROOT } from "../build/root.ts";

/**
 * Builds pages, and again at each change of their sources, until the process is ended. It leads a process group. A mistake in a source is
 * printed, and the pages stay as they were.
 *
 * @param config Vite's configuration of the pages.
 * @param outDir Gets the pages. It is never emptied, so that a browser finds a page at any moment.
 */
export function watchDashboard(config: string, outDir: string): ChildProcessByStdio<null, null, Readable> {
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const args = ["build", "--watch", "--config", config, "--outDir", outDir, "--emptyOutDir", "false"];
  const child = spawn(process.execPath, [vite, ...args, "--logLevel", "warn"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "pipe"],
    detached: true,
  });
  child.stderr.pipe(process.stderr);
  return child;
}
