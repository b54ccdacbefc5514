import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tastes, tastesCsv, tastesLists, tempDir } from "./run-cli.ts";

let dir: string;
let csv: string;
beforeAll(() => {
  dir = tempDir();
  csv = put(dir, "data.csv", tastesCsv());
});

describe("edgewise evaluate", () => {
  it("prints one JSON object about a split of one file", async () => {
    const args = ["--data", csv, ...CSV_COLUMNS, "--split", "RG", "--heldout-ratio", "0.25"];
    const { status, json } = await runCli([
      "evaluate",
      ...args,
      ...["--algorithm", "CosineKNNRecommender", "--params", '{"top_k": 20}', "--cutoff", "5,10", "--json"],
    ]);
    expect(status).toBe(0);
    expect(Object.keys(json.metrics)).toEqual(["ndcg@5", "recall@5", "ndcg@10", "recall@10"]);
    expect(json).toMatchObject({
      algorithm: "CosineKNN",
      params: { top_k: 20, shrinkage: 0 },
      users: 80,
      items: 48,
      interactions: 80 * 9,
      test_users: 80,
      test_interactions: 80 * 3,
      split: { scheme: "RG", heldout_ratio: 0.25 },
    });
    for (const [key, value] of Object.entries<number>(json.metrics)) {
      expect(json.ci[key][0]).toBeLessThanOrEqual(value);
      expect(json.ci[key][1]).toBeGreaterThanOrEqual(value);
    }
    expect(json.metrics["recall@10"]).toBeGreaterThan(0.6);
    for (const key of ["fit_seconds", "evaluate_seconds", "peak_memory_mb"])
      expect(json[key]).toBeGreaterThan(0);
  });

  it("fails with the reason when the fit ends in NaN or infinity", async () => {
    const args = ["--data", csv, ...CSV_COLUMNS, "--split", "RG", "--algorithm", "BPR"];
    const wild = ["--params", '{"learning_rate": 10}', "--json"];
    const { status, stdout, stderr } = await runCli(["evaluate", ...args, ...wild]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/BPR cannot be fitted: a score is (NaN|-?Infinity).*parameters are too extreme/);
  });

  it("gives the same figures for any order of the rows", async () => {
    const [header, ...rows] = tastesCsv().trim().split("\n");
    const turned = put(dir, "turned.csv", [header, ...rows.reverse()].join("\n"));
    const of = async (file: string) => {
      const args = ["--data", file, ...CSV_COLUMNS, "--split", "RG", "--algorithm", "IALS"];
      const few = ["--params", '{"n_components": 8, "train_epochs": 3}', "--json"];
      return (await runCli(["evaluate", ...args, ...few])).json.metrics;
    };
    expect(await of(turned)).toEqual(await of(csv));
  });

  it.each(["TU", "TG"])("splits by time with %s", async (scheme) => {
    const args = ["--data", csv, ...CSV_COLUMNS, "--time-column", "time", "--split", scheme];
    const { json } = await runCli(["evaluate", ...args, "--algorithm", "TopPop", "--json"]);
    expect(json.split.scheme).toBe(scheme);
    expect(json.split.heldout_from === null).toBe(scheme === "TU");
  });

  it("measures a pair of files in any format alike, and says what was unknown", async () => {
    const train = tastes().map(({ user, items }) => ({ user, items: items.slice(0, 9) }));
    const test = tastes().map(({ user, items }) => ({ user, items: items.slice(9) }));
    test.push({ user: "stranger", items: ["i1", "i2"] }, { user: "u0", items: ["never seen"] });
    const lists = (rows: typeof test) =>
      tastesLists(rows.map(({ user, items }) => ({ user, items: items.map((id) => id.replace(" ", "-")) })));
    const results = [];
    for (const format of ["adjacency", "csv"]) {
      const content = format === "csv" ? tastesCsv : lists;
      const paths = [train, test].map((rows, at) => put(dir, `part${at}.${format}`, content(rows)));
      const columns = format === "csv" ? CSV_COLUMNS : [];
      results.push(
        await runCli([
          ...[
            "evaluate",
            "--train",
            paths[0] ?? "",
            "--test",
            paths[1] ?? "",
            "--format",
            format,
            ...columns,
          ],
          ...["--algorithm", "RP3beta", "--json"],
        ]),
      );
    }
    const [fromLists, fromCsv] = results.map(({ json }) => json);
    expect(fromLists).toMatchObject({ test_users: 81, cold_users: 1, unknown_items: 1 });
    expect(fromCsv.metrics).toEqual(fromLists.metrics);
    expect(results[0]?.stderr).toContain("1 users have no training data");
    expect(results[0]?.stderr).toContain("1 items have no training data");
  });

  it("measures segments and all metrics when asked", async () => {
    const args = ["--data", csv, ...CSV_COLUMNS, "--split", "RG", "--algorithm", "TopPop"];
    const { json } = await runCli([
      "evaluate",
      ...args,
      ...["--metrics", "all", "--segments", "--cold-below", "12", "--json"],
    ]);
    expect(json.metrics["novelty@20"]).toBeGreaterThan(0);
    expect(Object.keys(json.segments)).toEqual(["head_items", "tail_items", "cold_users", "warm_users"]);
    expect(json.segments.cold_users.users).toBe(80);
    expect(json.segments.warm_users.users).toBe(0);
  });

  it("takes weights from events, and leaves out what is too rare", async () => {
    const rows = ["a,x,view", "a,y,like", "b,x,like", "b,y,view", "b,z,view", "c,x,view", "c,y,view"];
    const events = put(dir, "events.csv", `user,item,kind\n${rows.join("\n")}\n`);
    const args = [
      "--data",
      events,
      ...CSV_COLUMNS,
      "--event-column",
      "kind",
      "--event-weights",
      "view=1,like=4",
    ];
    const { json } = await runCli([
      ...["evaluate", ...args, "--min-item-interactions", "2", "--split", "RG", "--n-heldout", "1"],
      ...["--algorithm", "TopPop", "--cutoff", "1", "--json"],
    ]);
    expect(json).toMatchObject({ users: 3, items: 2, interactions: 3, test_interactions: 3 });
  });

  it("takes no row of numbers for a header when columns are positions", async () => {
    const path = put(dir, "numbers.tsv", "1\t2\t3\n2\t1\t3\n3\t1\t2\n3\t2\t1\n");
    const columns = ["--user-column", "1", "--item-column", "2", "--weight-column", "3"];
    const { json } = await runCli([
      ...["evaluate", "--data", path, ...columns, "--split", "RG", "--n-heldout", "1"],
      ...["--algorithm", "TopPop", "--cutoff", "1", "--json"],
    ]);
    expect(json.interactions + json.test_interactions).toBe(4);
  });

  it("prints the same figures as text", async () => {
    const args = ["--data", csv, ...CSV_COLUMNS, "--split", "RG", "--algorithm", "TopPop"];
    const { stdout } = await runCli(["evaluate", ...args]);
    expect(stdout).toMatch(/^TopPop/);
    expect(stdout).toMatch(/ndcg@20 +0\.\d{4} +0\.\d{4} … 0\.\d{4}/);
  });
});
