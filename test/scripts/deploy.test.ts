import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The platform's limit for a Worker is 10 MB compressed; ours are small so that they start fast. */
const MAX_GZIP_KIB = 700;

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
    for (const [, , kib] of sizes) expect(Number(kib)).toBeLessThan(MAX_GZIP_KIB);
    expect(result.stdout).toContain("nothing was sent");
  });
});
