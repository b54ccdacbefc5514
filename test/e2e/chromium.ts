import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const SYSTEM_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The folders of Playwright's downloads, by platform. */
const CACHE_DIRS = [
  process.env.PLAYWRIGHT_BROWSERS_PATH ?? "",
  join(homedir(), ".cache/ms-playwright"),
  join(homedir(), "Library/Caches/ms-playwright"),
];
const CACHED_BINARIES = [
  "chrome-linux/chrome",
  "chrome-linux64/chrome",
  "chrome-headless-shell-linux64/chrome-headless-shell",
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
];

/** Quiet: the browser connects only to the stack under test. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser to test with: the requested one, the system's, or Playwright's. Throws one line that says what to do. */
export function findChromium(): string {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new Error(`CHROMIUM_PATH is ${asked}, and nothing is there.`);
  }
  const found = [...SYSTEM_PATHS, ...cachedPaths()].find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    "No Chromium was found: install it (Debian: apt-get install -y chromium; elsewhere: npx playwright-core install chromium) " +
      "or set CHROMIUM_PATH.",
  );
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGS });
}

/** Newest first. */
function cachedPaths(): string[] {
  return CACHE_DIRS.filter((dir) => dir !== "" && existsSync(dir)).flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => name.startsWith("chromium"))
      .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
      .flatMap((name) => CACHED_BINARIES.map((binary) => join(dir, name, binary))),
  );
}
