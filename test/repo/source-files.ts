import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** Files of the tree that match Git's patterns, those that are not committed yet included; paths from the root. */
export function sourceFiles(...patterns: readonly string[]): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean);
  return [...new Set(listed)].filter((path) => existsSync(join(ROOT, path))).sort();
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
