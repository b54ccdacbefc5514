import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { API_PREFIXES, SERVING_PREFIXES } from "#contract/addresses.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("an address, which may have a key in it", () => {
  it.each(["wrangler.toml", "workers/recommend/wrangler.toml"])(
    "is in no line that the platform logs by %s",
    (path) => {
      const [, logs = ""] = read(path).split("[observability.logs]\n");
      expect(logs.split("\n[")[0]).toContain("invocation_logs = false");
    },
  );
});

describe("the addresses that go to a Worker before the dashboard's files", () => {
  it("are in the deployment's configuration those of the contract, and the front page", () => {
    const [, list = ""] = /^run_worker_first = \[(.*)\]$/m.exec(read("wrangler.toml")) ?? [];
    const patterns = list.split(",").map((pattern) => pattern.trim().replaceAll('"', ""));
    const expected = [...SERVING_PREFIXES, ...API_PREFIXES].map((prefix) => `/${prefix}/*`);
    expect(patterns.sort()).toEqual(["/", ...expected].sort());
  });

  it.each(["workers/api/index.ts", "web/vite.config.ts", "scripts/local-stack.ts"])(
    "are not written again in %s",
    (path) => {
      const text = read(path);
      expect(SERVING_PREFIXES.length).toBeGreaterThan(1);
      for (const prefix of SERVING_PREFIXES) expect(text).not.toContain(prefix);
    },
  );
});
