import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, sourceFiles, textOf } from "./source-files.ts";

/** Folders of tests that mirror no folder of the tree, and what they are for. */
const OF_THEIR_OWN: Readonly<Record<string, string>> = {
  bench: "figures for speed, memory and quality, run by hand",
  clients: "clients that others generate from the API's description",
  contract: "suites that several implementations pass",
  e2e: "a real stack, driven through its addresses and a browser",
  "previous-version": "stored artifacts and messages of the version before",
  repo: "rules of the repository itself",
  setup: "what the test runner sets up once",
  "workers/runtime": "what tests in the Workers runtime share",
};

/** Named after their resource, which services may be named after, too. */
const ROUTES = "workers/api/routes/";

const isOfItsOwn = (folder: string) =>
  Object.keys(OF_THEIR_OWN).some((own) => folder === own || folder.startsWith(`${own}/`));

/** The folder of a file, below `test`. */
const folderOf = (path: string) => dirname(path).replace(/^test\/?/, "");

const tests = sourceFiles("test/*.ts", ":!test/clients/generated");

/** Files of code by their names, where a name belongs to one file alone. */
function filesByName(): Map<string, string> {
  const counted = new Map<string, string[]>();
  for (const source of sourceFiles("workers/*.ts")) {
    const name = source.replace(/^.*\//, "");
    counted.set(name, [...(counted.get(name) ?? []), source]);
  }
  return new Map(
    [...counted].flatMap(([name, [only = "", ...more]]) => (more.length === 0 ? [[name, only]] : [])),
  );
}

describe("a test", () => {
  it("lies in the folder below test that mirrors the code's, or in a folder that is named here", () => {
    expect(tests.length).toBeGreaterThan(300);
    const misplaced = tests.filter((path) => {
      const folder = folderOf(path);
      return folder === "" || (!isOfItsOwn(folder) && !existsSync(join(ROOT, folder)));
    });
    expect(misplaced).toEqual([]);
  });

  it("of Workers that has the name of a file lies in the folder of that file", () => {
    const named = filesByName();
    const elsewhere = tests.filter((path) => {
      const folder = folderOf(path);
      const [, name = ""] = /([^/]+?)(?:\.worker)?\.test\.ts$/.exec(path) ?? [];
      const source = named.get(`${name}.ts`);
      if (!folder.startsWith("workers/") || `${folder}/`.startsWith(ROUTES)) return false;
      return source !== undefined && dirname(source) !== folder;
    });
    expect(elsewhere).toEqual([]);
  });

  it("of Workers takes code by alias", () => {
    const below = /^test\/(workers|contract|repo|scripts|clients|e2e|setup|previous-version)\//;
    const byPath = tests
      .filter((path) => below.test(path))
      .flatMap((path) =>
        [...textOf(path).matchAll(/from "(\.[^"]+\.tsx?)"/g)].flatMap(([, source = ""]) => {
          const target = join(dirname(path), source);
          return target.startsWith("test/") ? [] : [`${path}: ${target}`];
        }),
      );
    expect(byPath).toEqual([]);
  });
});

describe("a folder of tests that mirrors nothing", () => {
  it.each(Object.keys(OF_THEIR_OWN))("%s is there, and is no folder of the tree", (folder) => {
    expect(existsSync(join(ROOT, "test", folder))).toBe(true);
    expect(existsSync(join(ROOT, folder))).toBe(false);
  });
});
