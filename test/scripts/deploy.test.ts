import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { MAX_WORKER_GZIP_BYTES } from "../setup/worker-size.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("npm run deploy -- --dry-run", () => {
  it("bundles the three Workers in their order, each small, and sends nothing", { timeout: 120_000 }, () => {
    const result = spawnSync(process.execPath, ["scripts/deploy.ts", "--dry-run"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(result.stderr).toBe("");
    expect(result.status).toBe(0);
    const sizes = [...result.stdout.matchAll(/^(\S+wrangler\.toml|wrangler\.toml): .*gzip: ([\d.]+) KiB/gm)];
    expect(sizes.map(([, config]) => config)).toEqual([
      "workers/recommend/wrangler.toml",
      "wrangler.toml",
      "workers/trainer/wrangler.toml",
    ]);
    for (const [, , kib] of sizes) expect(Number(kib)).toBeLessThan(MAX_WORKER_GZIP_BYTES / 1024);
    expect(result.stdout).toContain("nothing was sent");
  });
});
