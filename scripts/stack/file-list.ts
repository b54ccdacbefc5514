/** Which files a build made: a build that lost one, or has half of one, is none. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Sizes in bytes by paths within a folder. */
export type FileList = Readonly<Record<string, number>>;

export function listFiles(dir: string): FileList {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).sort();
  const files = names.map((name) => ({ name, stat: statSync(join(dir, name)) }));
  return Object.fromEntries(
    files.filter(({ stat }) => stat.isFile()).map(({ name, stat }) => [name, stat.size]),
  );
}

export function hasFiles(dir: string, files: FileList): boolean {
  return Object.entries(files).every(
    ([name, size]) => statSync(join(dir, name), { throwIfNoEntry: false })?.size === size,
  );
}
