import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tastes, tastesCsv, tastesLists, tempDir } from "./run-cli.ts";

let dir: string;
let csv: string;
beforeAll(() => {
  dir = tempDir();
  csv = put(dir, "data.csv", tastesCsv());
});

interface TrialRow {
  readonly number: number;
  readonly algorithm: string;
  readonly params: object;
  readonly value: number;
}

const base = (extra: readonly string[]) => ["tune", "--data", csv, ...CSV_COLUMNS, ...extra, "--json"];
const withoutSeconds = (trials: readonly TrialRow[]) =>
  trials.map(({ number, algorithm, params, value }) => ({ number, algorithm, params, value }));

describe("edgewise tune", () => {
  it("finds the best configuration and measures it on a file that no trial has seen", async () => {
    const train = tastes().map(({ user, items }) => ({ user, items: items.slice(0, 10) }));
    const test = tastes().map(({ user, items }) => ({ user, items: items.slice(10) }));
    const [trainPath, testPath] = [train, test].map((rows, at) => put(dir, `l${at}.txt`, tastesLists(rows)));
    const { status, json } = await runCli([
      ...["tune", "--train", trainPath ?? "", "--test", testPath ?? "", "--format", "adjacency", "--ordered"],
      ...["--algorithms", "CosineKNN,TopPop", "--trials", "8", "--cutoff", "5", "--json"],
    ]);
    expect(status).toBe(0);
    expect(json.trials).toHaveLength(8);
    expect(json.best.algorithm).toBe("CosineKNN");
    expect(json.best.value).toBe(Math.max(...json.trials.map(({ value }: TrialRow) => value)));
    expect(json.split).toMatchObject({ scheme: "TU", heldout_ratio: 0.1 });
    expect(json.split.reason).toContain("order");
    expect(json.test.users).toBe(80);
    expect(json.test.metrics["ndcg@5"]).toBeGreaterThan(0.2);
  });

  it.each([
    ["random ones without times", [], "RG"],
    ["the latest with times", ["--time-column", "time"], "TU"],
    ["what it is told", ["--time-column", "time", "--split", "RG"], "RG"],
  ])("holds out %s", async (_case, extra, scheme) => {
    const { json } = await runCli(base([...extra, "--algorithms", "TopPop", "--trials", "1"]));
    expect(json.split.scheme).toBe(scheme);
  });

  it("chooses algorithms without names, gives each its share, and tries a blend of several families", async () => {
    const { json } = await runCli(base(["--trials", "12"]));
    expect(json.algorithms).toContain("IALS");
    expect(new Set(json.trials.map(({ algorithm }: TrialRow) => algorithm)).size).toBe(
      json.algorithms.length,
    );
    const parts = json.blend.parts.map(({ algorithm }: TrialRow) => algorithm);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(json.algorithms).toContain(part);
    expect(new Set(parts).size).toBe(parts.length);
    if (json.blend.isBetter) expect(json.best).toMatchObject({ algorithm: "Blend", trial: null });
    else expect(json.best.trial).not.toBeNull();
  });

  it("finds the same with the same seed, with threads as well", async () => {
    const args = ["--algorithms", "IALS,CosineKNN", "--trials", "6"];
    const [first, second, other] = [
      await runCli(base(args)),
      await runCli(base(args)),
      await runCli(base([...args, "--seed", "7"])),
    ];
    expect(withoutSeconds(second?.json.trials)).toEqual(withoutSeconds(first?.json.trials));
    expect(withoutSeconds(other?.json.trials)).not.toEqual(withoutSeconds(first?.json.trials));
    const threads = [
      await runCli(base([...args, "--jobs", "2"])),
      await runCli(base([...args, "--jobs", "2"])),
    ];
    expect(threads[0]?.json.trials).toHaveLength(6);
    expect(withoutSeconds(threads[1]?.json.trials)).toEqual(withoutSeconds(threads[0]?.json.trials));
  });

  it("continues from a journal as if it had never stopped, also from one whose last line is incomplete", async () => {
    const journal = join(dir, "study.ndjson");
    const args = ["--algorithms", "IALS,CosineKNN", "--resume", journal];
    const whole = await runCli(base([...args.slice(0, 2), "--trials", "7"]));
    await runCli(base([...args, "--trials", "4"]));
    appendFileSync(journal, '{"number":4,"algor');
    const resumed = await runCli(base([...args, "--trials", "7"]));
    expect(resumed.json.resumed_trials).toBe(4);
    expect(withoutSeconds(resumed.json.trials)).toEqual(withoutSeconds(whole.json.trials));
    expect(readFileSync(journal, "utf8").trim().split("\n")).toHaveLength(8);
  });

  it.each([
    ["of another study", (text: string) => text, ["--seed", "9"], "its seed is 42, not 9"],
    ["with a line that is no JSON", (text: string) => text.replace('{"state"', "{state"), [], "line 2"],
    ["with a line that is no trial", (text: string) => text.replace("COMPLETE", "LOST"), [], "line 2"],
    ["that is another file", () => "user,item\n", [], "line 1"],
  ])("refuses a journal %s", async (_case, change, extra, words) => {
    const journal = join(dir, "other.ndjson");
    writeFileSync(journal, "");
    const args = ["--algorithms", "TopPop", "--trials", "1", "--resume", journal];
    await runCli(base(args));
    writeFileSync(journal, change(readFileSync(journal, "utf8")));
    const { status, stderr } = await runCli(base([...args, ...extra]));
    expect(status).toBe(2);
    expect(stderr).toContain(journal);
    expect(stderr).toContain(words);
  });

  it("keeps to the budgets and the time limit", async () => {
    const budgeted = await runCli(base(["--budget", "CosineKNN=3,TopPop=1"]));
    expect(budgeted.json.trials.map(({ algorithm }: TrialRow) => algorithm).sort()).toEqual([
      "CosineKNN",
      "CosineKNN",
      "CosineKNN",
      "TopPop",
    ]);
    const late = await runCli(base(["--algorithms", "IALS", "--timeout", "0"]));
    expect(late.status).toBe(1);
    expect(late.stderr).toContain("no trial was completed within 0 s");
    const { json } = await runCli(base(["--trials", "100000", "--timeout", "4"]));
    expect(json.end).toBe("time");
    expect(json.trials.length).toBeGreaterThan(0);
  });
});
