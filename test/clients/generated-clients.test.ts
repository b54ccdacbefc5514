/** Clients that generators make from `docs/openapi.json` compile, and their types describe requests and answers. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import openapiTS, { astToString } from "openapi-typescript";
import { beforeAll, describe, expect, it } from "vitest";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "../..");
const GENERATED = join(HERE, "generated");
const TIMEOUT_MS = 300_000;

const read = () => JSON.parse(readFileSync(join(ROOT, "docs/openapi.json"), "utf8"));

beforeAll(async () => {
  rmSync(GENERATED, { recursive: true, force: true });
  mkdirSync(GENERATED);
  const types = astToString(await openapiTS(read()));
  writeFileSync(join(GENERATED, "openapi-typescript.ts"), types);
  await createClient({
    input: read(),
    output: join(GENERATED, "hey-api"),
    logs: { level: "silent" },
    plugins: ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"],
  });
}, TIMEOUT_MS);

describe("generated clients", () => {
  it(
    "compile with ten ordinary calls, and refuse three that are wrong",
    () => {
      const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
      const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", HERE], { encoding: "utf8" });
      expect(stdout).toBe("");
      expect(status).toBe(0);
    },
    TIMEOUT_MS,
  );

  it("have a type for every error and no answer of unknown form", () => {
    const types = readFileSync(join(GENERATED, "hey-api/types.gen.ts"), "utf8").replace(/\/\*.*?\*\//gs, "");
    const errors = [...types.matchAll(/export type \w+Errors = \{[^}]*\}/g)].map(([text]) => text);
    expect(errors.length).toBeGreaterThan(100);
    expect(errors.filter((text) => text.includes("unknown"))).toEqual([]);
  });
});
