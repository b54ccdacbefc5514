import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "web/dist/index.html");
const sources = ["web", "shared/contract", "package.json"];

/** Builds the dashboard to `web/dist`, unless that is newer than every source. Throws when the build fails. */
export function buildWeb(say: (line: string) => void): void {
  const built = existsSync(target) ? statSync(target).mtimeMs : 0;
  if (sources.every((source) => newestIn(join(root, source)) < built)) return;
  say("Building the dashboard …");
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const args = [vite, "build", "--config", "web/vite.config.ts", "--logLevel", "warn"];
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (result.status !== 0)
    throw new Error(`The dashboard could not be built.\n${result.stdout}${result.stderr}`);
}

function newestIn(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== "dist" && name !== "node_modules");
  return Math.max(0, ...names.map((name) => newestIn(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildWeb((line) => console.log(line));
