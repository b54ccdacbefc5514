import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { MAX_WORKER_GZIP_BYTES } from "../setup/worker-size.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Of one Worker, as Wrangler takes seconds for each. That deployments upload all three, in their order and small, `test/e2e/deploy` shows. */
describe("npm run deploy -- --dry-run", () => {
  it("bundles what a deployment would upload, which is small, and sends nothing", () => {
    const result = spawnSync(process.execPath, ["scripts/deploy.ts", "--dry-run", "--inference-only"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(result.stderr).toBe("");
    expect(result.status).toBe(0);
    const sizes = [...result.stdout.matchAll(/^(\S+wrangler\.toml|wrangler\.toml): .*gzip: ([\d.]+) KiB/gm)];
    expect(sizes.map(([, config]) => config)).toEqual(["workers/recommend/wrangler.toml"]);
    expect(Number(sizes[0]?.[2])).toBeLessThan(MAX_WORKER_GZIP_BYTES / 1024);
    expect(result.stdout).toContain("nothing was sent");
  });
});
