import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "../test/e2e/chromium.ts";
import { ROOT } from "./build/root.ts";

/**
 * Finds a Chromium to test with, or installs one where that is possible: Debian's package as root, Playwright's download elsewhere.
 * Ends the program with one line that says what to do when neither works.
 */
export function ensureChromium(say: (line: string) => void): void {
  if (isFound()) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("Installing Debian's chromium …");
    spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
    const args = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
    spawnSync("apt-get", args, {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (isFound()) return;
  }
  say("Downloading Playwright's Chromium …");
  const cli = join(ROOT, "node_modules/playwright-core/cli.js");
  spawnSync(process.execPath, [cli, "install", "chromium"], { stdio: "ignore" });
  try {
    findChromium();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

function isFound(): boolean {
  try {
    findChromium();
    return true;
  } catch {
    return false;
  }
}
