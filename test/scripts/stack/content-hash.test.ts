import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "#scripts/build/root.ts";
import { contentHash } from "#scripts/stack/content-hash.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "edgewise-hash-"));
  mkdirSync(join(root, "src/inner"), { recursive: true });
  writeFileSync(join(root, "src/inner/a.ts"), "1");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const hash = () => contentHash(["src"], root);

describe("contentHash", () => {
  it("changes with the content and the name of a file", () => {
    const first = hash();
    writeFileSync(join(root, "src/inner/a.ts"), "2");
    const second = hash();
    writeFileSync(join(root, "src/inner/b.ts"), "");
    expect(new Set([first, second, hash()]).size).toBe(3);
  });

  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n");
  const endings = ignored.filter((line) => line.startsWith("*.")).map((line) => line.slice(1));

  it.each(endings)("stays the same when a program writes a file that ends in %s", (ending) => {
    const before = hash();
    writeFileSync(join(root, `src/inner/generated${ending}`), "1");
    expect(hash()).toBe(before);
  });

  it.each(["dist", "node_modules"])("stays the same when %s is filled", (folder) => {
    const before = hash();
    mkdirSync(join(root, "src", folder));
    writeFileSync(join(root, "src", folder, "a.js"), "1");
    expect(hash()).toBe(before);
  });
});
