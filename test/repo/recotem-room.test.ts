import { describe, expect, it } from "vitest";
import { sourceFiles, textOf } from "./source-files.ts";

/** The setting and what it is called once it is read. */
const FLAG = /exact_?recotem/i;
const ROOM = /^workers\/(api|recommend)\/recotem\//;
/** Where a Worker reads its environment and chooses its dialect. */
const ROOTS = [
  "workers/api/composition/composition.ts",
  "workers/api/env/env.ts",
  "workers/recommend/bindings.ts",
  "workers/recommend/composition.ts",
];

const sources = sourceFiles("workers/*.ts", "shared/*.ts");
const naming = sources.filter((path) => FLAG.test(textOf(path)));

describe("the setting of Recotem's exact answers", () => {
  it("is named in the room of Recotem and where Workers are composed, and nowhere else", () => {
    expect(sources.length).toBeGreaterThan(300);
    expect(naming.filter((path) => !ROOM.test(path) && !ROOTS.includes(path))).toEqual([]);
  });

  it("is named by each composition root that is listed here", () => {
    expect(ROOTS.filter((path) => !naming.includes(path))).toEqual([]);
  });

  it("leads to rooms that only the composition roots import", () => {
    const visitors = sources.filter(
      (path) => !ROOM.test(path) && /from "[^"]*\/recotem\//.test(textOf(path)),
    );
    expect(visitors.filter((path) => !ROOTS.includes(path))).toEqual([]);
    expect(visitors.length).toBe(2);
  });
});
