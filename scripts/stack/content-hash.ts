import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.ts";

/** Folders that hold what is generated or installed. */
const GENERATED = new Set(["dist", "node_modules"]);

/** A hash of the names and contents of files and folders, given by their paths from the repository's folder. */
export function contentHash(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, path);
  return hash.digest("hex").slice(0, 16);
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  const whole = join(ROOT, path);
  if (!statSync(whole).isDirectory()) {
    const bytes = readFileSync(whole);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    return;
  }
  for (const name of readdirSync(whole).sort()) {
    // The kernels' binary is built from sources that are in the hash.
    if (!GENERATED.has(name) && !name.endsWith(".wasm")) addTo(hash, `${path}/${name}`);
  }
}
