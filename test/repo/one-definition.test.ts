import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "#contract/algorithms.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Where algorithms are named on purpose: the engine's list, the two sets of defaults, and their texts in another language. */
const LISTS = [
  "shared/contract/algorithms/blend.ts",
  "shared/engine/algorithms/registry.ts",
  "shared/engine/tune/plan/default-algorithms.ts",
  "web/words/ja/algorithm-texts.ts",
];

const listed = ["ls-files", "--cached", "--others", "--exclude-standard", "shared", "workers", "cli", "web"];
const sources = execFileSync("git", listed, { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, code: withoutComments(readFileSync(join(ROOT, path), "utf8")) }));

/** Also without the tags of components, since `<Dialog.Content>` names no algorithm. */
function withoutComments(code: string): string {
  return code
    .replaceAll(/<\/?[A-Z]\w*\.\w+/g, "")
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/(^|\s)\/\/.*$/gm, "$1");
}

/** As a text, also `NAME.param`; as the key of a table; as a property. */
function namersOf(name: string): string[] {
  const named = new RegExp(`["'\`]${name}["'\`.]|(^|[^\\w$"'\`])${name}\\??\\s*:|\\w\\.${name}\\b`, "m");
  return sources.filter(({ code }) => named.test(code)).map(({ path }) => path);
}

/** `GFCF` and `gf-cf.ts` are written alike without hyphens and capitals. */
function definitionOf(name: string): string | undefined {
  const folder = "shared/contract/algorithms/";
  return sources
    .map(({ path }) => path)
    .find(
      (path) =>
        path.startsWith(folder) && path.slice(folder.length, -3).replaceAll("-", "") === name.toLowerCase(),
    );
}

describe("an algorithm", () => {
  it("is found where it is named", () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(namersOf("IALS")).toContain("shared/engine/algorithms/registry.ts");
    expect(namersOf("IALS")).toContain("shared/contract/algorithms/ials.ts");
  });

  it.each(ALGORITHM_NAMES)("%s is named in its definition, its own file of the engine, and lists", (name) => {
    const namers = namersOf(name);
    const own = namers.filter((path) => !LISTS.includes(path) || path === definitionOf(name));
    const inContract = own.filter((path) => path.startsWith("shared/contract/algorithms/"));
    const inEngine = own.filter((path) => path.startsWith("shared/engine/algorithms/"));
    expect(inContract).toEqual([definitionOf(name)]);
    expect(inEngine.length).toBeLessThanOrEqual(1);
    expect(own.filter((path) => !inContract.includes(path) && !inEngine.includes(path))).toEqual([]);
  });
});
