import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tastesCsv, tempDir } from "./run-cli.ts";

let dir: string;
beforeAll(() => {
  dir = tempDir();
  put(dir, "named.csv", tastesCsv());
  put(dir, "plain.csv", tastesCsv().replace(/^.*\n/, ""));
  writeFileSync(join(dir, "named.csv.gz"), gzipSync(tastesCsv()));
  const rows = Array.from({ length: 48 }, (_, at) => `Story ${at},i${at},${at < 24 ? "red" : "blue"}`);
  put(dir, "items.csv", `title,item_id,colour\n${rows.join("\n")}\n`);
});

const evaluate = (file: string, ...extra: string[]) =>
  runCli([
    "evaluate",
    "--data",
    join(dir, file),
    "--split",
    "RG",
    "--algorithm",
    "TopPop",
    "--json",
    ...extra,
  ]);

const figures = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).metrics;

describe("columns that nobody named", () => {
  it("are found by the names of a header or the places without one, and told", async () => {
    const told = await evaluate("named.csv", ...CSV_COLUMNS);
    expect(told.stderr).not.toContain("--user-column");
    for (const [file, text] of [
      ["named.csv", 'users are in the column "user" and items in the column "item"'],
      ["named.csv.gz", '"time" looks like times, which --time-column would use.'],
      ["plain.csv", "users are at position 1 and items at position 2"],
    ] as const) {
      const found = await evaluate(file);
      expect(found.stderr).toContain(text);
      expect(figures(found)).toEqual(figures(told));
    }
  });

  it("are found in a table whose rows are longer than what is looked at", async () => {
    // 80 kB and more; the first 64 kB are looked at.
    const story = (at: number) => `${at % 2 ? "sea " : "land "}`.repeat(20_000);
    const rows = Array.from({ length: 48 }, (_, at) => `${story(at)},i${at}`);
    put(dir, "long.csv", `plot,item\n${rows.join("\n")}\n`);
    const { status, stderr } = await evaluate("named.csv", "--item-features", join(dir, "long.csv"));
    expect(stderr).toContain("of 48 of 48 items from plot text");
    expect(status).toBe(0);
  });

  it("give way to those that are named", async () => {
    const { status, stderr, stdout } = await evaluate(
      "named.csv",
      "--user-column",
      "item",
      "--item-column",
      "user",
    );
    expect(status).toBe(0);
    expect(stderr).not.toContain("choose others");
    expect(JSON.parse(stdout)).toMatchObject({ users: 48, items: 80 });
  });

  it("are found in a table of items, and by every command that reads data", async () => {
    const data = ["--data", join(dir, "named.csv")];
    const table = ["--item-features", join(dir, "items.csv")];
    const trained = await runCli([
      ...["train", ...data, ...table, "--algorithm", "Content", "--unsigned-key"],
      ...["--out", join(dir, "content.edgewise")],
    ]);
    expect(trained.stderr).toContain("of 48 of 48 items from title title, colour category");
    expect(trained.status).toBe(0);
    const tuned = await runCli([
      "tune",
      ...data,
      ...table,
      "--algorithms",
      "Content",
      "--trials",
      "1",
      "--json",
    ]);
    expect(tuned.stderr).toContain('users are in the column "user"');
    expect(tuned.status).toBe(0);
    const weights = await runCli(["weights", ...data, "--weight-column", "weight"]);
    expect(weights.stdout).toContain("80 of 80 users, 48 items");
  });
});
