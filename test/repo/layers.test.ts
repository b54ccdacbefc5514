import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sourceFiles, textOf } from "./source-files.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");

const FORBIDDEN = [
  ["shared/contract", "#engine/rank/top-k.ts"],
  ["shared/contract", "#reading/sniff.ts"],
  ["shared/reading", "#engine/rank/top-k.ts"],
  ["shared/engine", "#db/schema.ts"],
  ["shared/engine", "node:fs"],
  ["workers/core/jobs", "#services/studies.ts"],
  ["workers/core/db", "#jobs/jobs.ts"],
  ["workers/core/db", "#reading/sniff.ts"],
  ["workers/core/storage", "#db/schema.ts"],
  ["workers/core/services", "cloudflare:workers"],
  ["workers/core/services", "hono"],
  ["workers/api", "../trainer/work.ts"],
  ["workers/recommend", "#db/schema.ts"],
  ["workers/trainer", "../api/app.ts"],
  ["web", "#engine/rank/top-k.ts"],
  ["cli", "#services/studies.ts"],
  ["shared/contract", "#api/app.ts"],
  ["shared/engine", "#cli/main.ts"],
  ["workers/core/services", "#api/deps.ts"],
  ["workers/api", "#trainer/work.ts"],
  ["workers/recommend", "#api/deps.ts"],
  ["web", "#scripts/start.ts"],
] as const;

const ALLOWED = [
  ["shared/engine", "#contract/limits.ts"],
  ["shared/engine", "#reading/sniff.ts"],
  ["workers/core/services", "#db/schema.ts"],
  ["workers/api", "#services/studies.ts"],
  ["web", "#contract/limits.ts"],
  ["web", "#reading/sniff.ts"],
] as const;

const REPEATABLE = ["shared/reading", "shared/engine", "workers/core/jobs"] as const;
const CLOCK_AND_CHANCE = ["Date.now()", "Math.random()", "performance.now()"] as const;

const fileName = (text: string) => `${text.replace(/[^a-z]+/gi, "-")}.ts`;

/** The project's lint rules, applied to files that each break one rule, in a separate directory. */
let findings: string[] = [];
const place = mkdtempSync(join(tmpdir(), "edgewise-lint-"));

function write(folder: string, name: string, content: string): void {
  mkdirSync(dirname(join(place, folder, name)), { recursive: true });
  writeFileSync(join(place, folder, name), content);
}

beforeAll(() => {
  cpSync(join(root, "biome.json"), join(place, "biome.json"));
  cpSync(join(root, "biome"), join(place, "biome"), { recursive: true });
  for (const [folder, source] of [...FORBIDDEN, ...ALLOWED]) {
    write(folder, fileName(source), `export * from "${source}";\n`);
  }
  for (const folder of REPEATABLE) {
    for (const call of CLOCK_AND_CHANCE) write(folder, fileName(call), `export const value = ${call};\n`);
  }
  const args = [biome, "lint", "--vcs-enabled=false", "--max-diagnostics=none", "--reporter=github", "."];
  const { stdout } = spawnSync(process.execPath, args, { cwd: place, encoding: "utf8" });
  findings = stdout.split("\n").filter((line) => line.startsWith("::error"));
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

const findingsOf = (folder: string, name: string) =>
  findings.filter((line) => line.includes(`${folder}/${fileName(name)}`)).join("\n");

describe("the dependency rule", () => {
  it.each(FORBIDDEN)("refuses, in %s, an import of %s", (folder, source) => {
    expect(findingsOf(folder, source)).toContain("noRestrictedImports");
  });

  it.each(ALLOWED)("allows, in %s, an import of %s", (folder, source) => {
    expect(findingsOf(folder, source)).not.toContain("noRestrictedImports");
  });

  it.each(REPEATABLE)("keeps clock and chance out of %s", (folder) => {
    for (const call of CLOCK_AND_CHANCE) {
      expect(findingsOf(folder, call)).toContain("Time and chance are arguments");
    }
  });
});

describe("the tree", () => {
  // What other programs generate has its own form.
  const files = sourceFiles("*.ts", "*.tsx", ":!test/clients/generated");

  it("has no source file of more than 400 lines", () => {
    const long = files.filter((path) => textOf(path).split("\n").length > 401);
    expect(long).toEqual([]);
  });

  it("has no file or folder called utils or helpers", () => {
    expect(files.filter((path) => /(^|\/)(utils?|helpers?)(\/|\.)/.test(path))).toEqual([]);
  });
});
