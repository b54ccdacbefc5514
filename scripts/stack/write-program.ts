import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, normalize } from "node:path";

const RELATIVE_IMPORT = /((?:from|import) ?\(?")(\.[^"]+)\.ts"/g;

/**
 * Writes a program of this repository as JavaScript: the file and all that it imports by relative paths, in the same folders. Node then
 * runs it without its compiler for TypeScript, which would stay in memory.
 *
 * @param root The folder that paths are relative to.
 * @param entry A path of a `.ts` file, relative to `root`.
 */
export function writeProgram(root: string, entry: string, target: string): void {
  const waiting = [entry];
  for (const path of waiting) {
    const code = stripTypeScriptTypes(readFileSync(join(root, path), "utf8"));
    const imported = [...code.matchAll(RELATIVE_IMPORT)].map(([, , name]) => `${name}.ts`);
    const found = imported.map((name) => normalize(join(dirname(path), name)));
    waiting.push(...found.filter((name) => !waiting.includes(name)));
    const file = join(target, path.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code.replace(RELATIVE_IMPORT, '$1$2.js"'));
  }
}
