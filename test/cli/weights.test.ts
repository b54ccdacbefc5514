import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tempDir } from "./run-cli.ts";

let dir: string;
beforeAll(() => {
  dir = tempDir();
  put(dir, "ratings.csv", "user,item,grade\nann,a,5\nann,b,4\nbob,a,2\nbob,b,9\n");
});

const run = (...extra: string[]) =>
  runCli([
    "weights",
    "--data",
    join(dir, "ratings.csv"),
    ...CSV_COLUMNS,
    "--weight-column",
    "grade",
    ...extra,
  ]);

describe("edgewise weights", () => {
  it("reports what a choice does to a file", async () => {
    const { stdout, status } = await run("--weight-kind", "likes", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rule: { weight_kind: "likes", likes_from: 4 },
      ...{ rows: 4, kept_rows: 2, left_out_rows: 1, rejected_rows: 1, users: 1, items: 2, pairs: 2 },
      density: 1,
    });
  });

  it("prints it for people", async () => {
    const { stdout } = await run(
      "--weight-kind",
      "ratings",
      "--weight-scale",
      "log",
      "--cap-quantile",
      "0.5",
    );
    expect(stdout).toContain("4 rows: 3 kept, 0 left out, 1 rejected");
    expect(stdout).toContain("2 of 2 users, 2 items, 3 pairs");
    // The median of log 3, log 5 and log 6 caps the last.
    expect(stdout).toMatch(/weights of pairs: .*99 %: 1\.609/);
  });

  it("refuses what has no meaning for it", async () => {
    const { stderr, status } = await run("--min-user-interactions", "2");
    expect([status, stderr]).toEqual([2, expect.stringContaining("--min-user-interactions")]);
  });
});
