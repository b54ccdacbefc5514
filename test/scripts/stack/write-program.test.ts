import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { writeProgram } from "#scripts/stack/write-program.ts";

const dir = mkdtempSync(join(tmpdir(), "edgewise-program-"));

afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("writes a program and all that it imports, and no file of types alone", () => {
  const sources = {
    "package.json": '{"type":"module"}',
    "source/here/start.ts":
      'import { double } from "./lib/double.ts";\nimport type { Shape } from "./shape.ts";\n' +
      'const shape: Shape = { side: 4 };\nconst { half } = await import("../half.ts");\nconsole.log(double(shape.side), half(shape.side));\n',
    "source/here/lib/double.ts":
      'import { half } from "../../half.ts";\nexport const double = (n: number): number => n * n / half(n);\n',
    "source/here/shape.ts": "export interface Shape { readonly side: number }\n",
    "source/half.ts": "export function half(n: number): number {\n  return n / 2;\n}\n",
  };
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const target = join(dir, "target");
  writeProgram(join(dir, "source"), "here/start.ts", target);
  expect(existsSync(join(target, "here/shape.js"))).toBe(false);
  rmSync(join(dir, "source"), { recursive: true });
  const args = ["--no-experimental-strip-types", join(target, "here/start.js")];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "8 2\n", stderr: "" });
});
