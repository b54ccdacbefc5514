import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DASHBOARD_PATHS, PROJECT_PATHS } from "#contract/dashboard-paths.ts";

const source = readFileSync(new URL("../../web/app.tsx", import.meta.url), "utf8");

describe("the dashboard's routes", () => {
  it("come from the list that the Worker answers by, all of them", () => {
    const literal = [...source.matchAll(/<Route path="([^"]*)"/g)].map(([, path]) => path);
    expect(literal).toEqual(["*"]);
    const used = [...source.matchAll(/path={(\w+)\.(\w+)}/g)].map(([, list, name]) => `${list}.${name}`);
    const named = (list: string, paths: object) => Object.keys(paths).map((name) => `${list}.${name}`);
    const all = [...named("DASHBOARD_PATHS", DASHBOARD_PATHS), ...named("PROJECT_PATHS", PROJECT_PATHS)];
    expect([...new Set(used)].sort()).toEqual(all.sort());
  });
});
