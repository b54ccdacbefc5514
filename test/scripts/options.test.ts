import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

it.each([
  ["start.ts", "--prot", "npm start -- [--port"],
  ["deploy.ts", "--dryrun", "npm run deploy -- [--dry-run]"],
])("%s does nothing at %s, and prints its usage", (script, option, usage) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}`, option], {
    cwd: root,
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(`Unknown option '${option}'`);
  expect(stderr).toContain(usage);
  expect(stderr).not.toContain("    at ");
});
