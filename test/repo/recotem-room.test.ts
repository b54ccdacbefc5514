import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
/** The setting and what it is called once it is read. */
const FLAG = /exact_?recotem/i;
const ROOM = /^workers\/(api|recommend)\/recotem\//;
/** Where a Worker reads its environment and chooses its dialect. */
const ROOTS = [
  "workers/api/env.ts",
  "workers/api/index.ts",
  "workers/api/objects/ingestion-coordinator.ts",
  "workers/recommend/bindings.ts",
  "workers/recommend/components.ts",
];

const listed = ["ls-files", "--cached", "--others", "--exclude-standard", "workers/*.ts", "shared/*.ts"];
const sources = execFileSync("git", listed, { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean);
const naming = sources.filter((path) => FLAG.test(readFileSync(join(ROOT, path), "utf8")));

describe("the setting of Recotem's exact answers", () => {
  it("is named in the room of Recotem and where Workers are composed, and nowhere else", () => {
    expect(sources.length).toBeGreaterThan(300);
    expect(naming.filter((path) => !ROOM.test(path) && !ROOTS.includes(path))).toEqual([]);
  });

  it("is named by each composition root that is listed here", () => {
    expect(ROOTS.filter((path) => !naming.includes(path))).toEqual([]);
  });

  it("leads to rooms that nobody enters but where Workers are composed", () => {
    const visitors = sources.filter(
      (path) => !ROOM.test(path) && /from "[^"]*\/recotem\//.test(readFileSync(join(ROOT, path), "utf8")),
    );
    expect(visitors.filter((path) => !ROOTS.includes(path))).toEqual([]);
  });
});
