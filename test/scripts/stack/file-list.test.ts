import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasFiles, listFiles } from "#scripts/stack/file-list.ts";

let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "edgewise-files-"));
  mkdirSync(join(dir, "assets"));
  writeFileSync(join(dir, "index.html"), "<p>hello</p>");
  writeFileSync(join(dir, "assets/app.js"), "run()");
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("a build", () => {
  it("lists its files with their sizes, in folders too", () => {
    expect(listFiles(dir)).toEqual({ "index.html": 12, [join("assets", "app.js")]: 5 });
  });

  it("is complete right after it was made", () => {
    expect(hasFiles(dir, listFiles(dir))).toBe(true);
  });

  it.each([
    ["lost a file", (path: string) => rmSync(path)],
    ["has half of a file", (path: string) => truncateSync(path, 2)],
    [
      "has a folder in the place of a file",
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])("is incomplete when it %s", (_, harm) => {
    const files = listFiles(dir);
    harm(join(dir, "assets/app.js"));
    expect(hasFiles(dir, files)).toBe(false);
  });

  it("is incomplete when its folder is gone", () => {
    const files = listFiles(dir);
    rmSync(dir, { recursive: true });
    expect(hasFiles(dir, files)).toBe(false);
  });
});
