import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../build/root.ts";

/** Folders that hold what is generated or installed. */
const GENERATED = new Set(["dist", "node_modules"]);
/** The kernels are built from sources that are in the hash; `tsc -b` writes its notes while a build may run. */
const GENERATED_ENDINGS = [".wasm", ".tsbuildinfo"];

/** A hash of the names and contents of files and folders, given by their paths from the repository's folder. */
export function contentHash(paths: readonly string[], root = ROOT): string {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, root, path);
  return hash.digest("hex").slice(0, 16);
}

function addTo(hash: ReturnType<typeof createHash>, root: string, path: string): void {
  const whole = join(root, path);
  if (!statSync(whole).isDirectory()) {
    const bytes = readFileSync(whole);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    return;
  }
  for (const name of readdirSync(whole).sort()) {
    if (!isGenerated(name)) addTo(hash, root, `${path}/${name}`);
  }
}

function isGenerated(name: string): boolean {
  return GENERATED.has(name) || GENERATED_ENDINGS.some((ending) => name.endsWith(ending));
}
