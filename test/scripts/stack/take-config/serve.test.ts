import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ROOT } from "#scripts/build/root.ts";

let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "edgewise-serve-"));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

function serve(config: Uint8Array, file: string) {
  const program = join(ROOT, "scripts/stack/take-config/serve.ts");
  return spawnSync(process.execPath, [program, "--binary", "-"], {
    input: config,
    env: { ...process.env, STACK_CONFIG: file, NODE_NO_WARNINGS: "1" },
    encoding: "utf8",
  });
}

it("the stand-in keeps a configuration unchanged, larger than a pipe, for its owner alone", () => {
  const config = Uint8Array.from({ length: 3_000_000 }, (_, at) => at % 251);
  const { status } = serve(config, join(dir, "made"));
  expect(status).toBe(0);
  expect(Buffer.compare(readFileSync(join(dir, "made")), config)).toBe(0);
  expect(readdirSync(dir)).toEqual(["made"]);
});

it("the stand-in says in one line why it cannot, and leaves no file", () => {
  const { status, stderr } = serve(new Uint8Array(10), join(dir, "missing/made"));
  expect(status).toBe(1);
  expect(stderr).toMatch(/^ENOENT: no such file or directory.*\n$/);
  expect(readdirSync(dir)).toEqual([]);
});
