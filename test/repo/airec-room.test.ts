import { describe, expect, it } from "vitest";
import { sourceFiles, textOf } from "./source-files.ts";

/** The rooms, and the files beside them that may import from each. */
const VISITORS: Readonly<Record<string, readonly string[]>> = {
  "workers/api/airec/": ["workers/api/app.ts"],
  "workers/recommend/airec/": ["workers/recommend/composition.ts"],
  "workers/core/services/airec/": [
    "workers/api/cron.ts",
    "workers/api/objects/ingestion-coordinator.ts",
    "workers/api/objects/training-coordinator.ts",
  ],
};
const ROOMS = Object.keys(VISITORS);
const SETTING = /airec_?open/i;
const PARSERS = ["workers/api/env/env.ts"];

const sources = sourceFiles("workers/*.ts", "shared/*.ts", "web/*.ts", "web/*.tsx");
const isInRoom = (path: string) => ROOMS.some((room) => path.startsWith(room));
const others = sources.filter((path) => !isInRoom(path));

describe("what AiREC's clients need", () => {
  it("is imported by the files that are named here, and by no other", () => {
    expect(sources.filter(isInRoom).length).toBeGreaterThan(10);
    const visitors = others.filter((path) => /from "[^"]*\/airec\//.test(textOf(path)));
    expect(visitors.sort()).toEqual(Object.values(VISITORS).flat().sort());
  });

  it("has tables that only its own services read", () => {
    const readers = sources.filter((path) => /airec-schema\.ts"/.test(textOf(path)));
    expect(readers.length).toBeGreaterThan(3);
    expect(readers.filter((path) => !path.startsWith("workers/core/services/airec/"))).toEqual([]);
  });

  it("is opened by one setting, which nothing else reads", () => {
    expect(others.filter((path) => SETTING.test(textOf(path)))).toEqual(PARSERS);
  });
});
