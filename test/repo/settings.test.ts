import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RATE_SCOPES } from "#services/access/rates.ts";

const ROOT = join(import.meta.dirname, "../..");
/** A whole name: a name that ends with an underscore is the beginning of a template over RATE_SCOPES. */
const NAME = /\bEDGEWISE_[A-Z0-9]+(?:_[A-Z0-9]+)*\b(?!_)/g;

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|toml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function namesIn(paths: readonly string[]): string[] {
  const names = paths.flatMap((path) => readFileSync(path, "utf8").match(NAME) ?? []);
  return [...new Set(names)].sort();
}

describe("the configuration of a Worker that is not the first", () => {
  it.each(["recommend", "trainer"])(
    "names every setting that the code of %s reads: no other reaches it",
    (worker) => {
      const read = namesIn(filesBelow(`workers/${worker}`).filter((path) => path.endsWith(".ts")));
      const config = readFileSync(join(ROOT, `workers/${worker}/wrangler.toml`), "utf8");
      const named = [...config.matchAll(/^(EDGEWISE_\w+) =|"(EDGEWISE_\w+)"/gm)].map(
        ([, name, secret]) => name ?? secret,
      );
      expect(read.length).toBeGreaterThan(2);
      expect(named.sort()).toEqual(read);
    },
  );
});

describe(".dev.vars.example", () => {
  it("has every setting that Workers and scripts read, and no other", () => {
    const read = namesIn([...filesBelow("workers"), ...filesBelow("scripts"), join(ROOT, "wrangler.toml")]);
    const rates = RATE_SCOPES.map((scope) => `EDGEWISE_RATE_${scope.toUpperCase()}`);
    const expected = [...new Set([...read, ...rates])].sort();
    const example = readFileSync(join(ROOT, ".dev.vars.example"), "utf8");
    const listed = [...example.matchAll(/^# (EDGEWISE_\w+)=/gm)].map(([, name = ""]) => name).sort();
    expect(listed).toEqual(expected);
  });
});
