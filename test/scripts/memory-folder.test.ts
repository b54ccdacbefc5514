import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ROOT } from "#scripts/build/root.ts";

const IN_MEMORY = "/dev/shm";
/** More than any process has. */
const NOBODY = 2 ** 22 + 1;
const left = join(IN_MEMORY, `edgewise-tests-${NOBODY}`);

/** The folder of temporary files that a process chooses, and whether it is there. */
function chosenBy(env: Record<string, string>): { folder: string; isThere: boolean } {
  const program = `
    import { existsSync, mkdtempSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { keepTemporaryFilesInMemory } from "#scripts/memory-folder.ts";
    keepTemporaryFilesInMemory();
    mkdtempSync(tmpdir() + "/edgewise-test-");
    console.log(JSON.stringify({ folder: tmpdir(), isThere: existsSync(tmpdir()) }));`;
  const { PATH = "" } = process.env;
  const options = { cwd: ROOT, env: { PATH, ...env }, encoding: "utf8" } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], options);
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout) as { folder: string; isThere: boolean };
}

afterEach(() => rmSync(left, { recursive: true, force: true }));

describe.skipIf(!existsSync(IN_MEMORY))("temporary files of tests", () => {
  it("stay in the folder that TMPDIR names", () => {
    expect(chosenBy({ TMPDIR: "/var/tmp" }).folder).toBe("/var/tmp");
  });

  it("are in memory where there is room, and end with their process, as do those that a killed one left", () => {
    mkdirSync(left);
    const { folder, isThere } = chosenBy({});
    expect(isThere).toBe(true);
    if (folder === "/tmp") return;
    expect(folder).toMatch(/^\/dev\/shm\/edgewise-tests-\d+$/);
    expect([folder, left].filter(existsSync)).toEqual([]);
  });
});
