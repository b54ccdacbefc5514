/** Data larger than memory are read and fitted by blocks, and the model is that of one piece. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tastes, tastesCsv, tempDir } from "../run-cli.ts";

const TIMED = [...CSV_COLUMNS, "--weight-column", "weight", "--time-column", "time"];
/** Megabytes: the file has 0.02, so that it is cut into many ranges, partitions and blocks. */
const TINY = ["--memory", "0.006"];
/** Less than any fit takes, and enough for one block. */
const ONE_BLOCK = ["--memory", "0.9"];
const ENOUGH = ["--memory", "100"];
let dir: string;
let data: string;

beforeAll(() => {
  dir = tempDir();
  data = put(dir, "data.csv", `${tastesCsv()}u1,i2,-1,1700000000\nu7,i40,0,1700000000\n`);
});

interface Trained {
  readonly status: number;
  readonly stderr: string;
  /** Null where there is none. */
  readonly model: Buffer | null;
  readonly byBlocks: boolean | null;
}

async function train(...args: string[]): Promise<Trained> {
  const folder = tempDir();
  const out = join(folder, "model");
  const { status, stderr, stdout } = await runCli([
    "train",
    "--out",
    out,
    "--unsigned-key",
    "--json",
    ...args,
  ]);
  const left = readdirSync(folder).filter((name) => name !== "model");
  if (left.length > 0) throw new Error(`The command leaves ${left.join(", ")}.`);
  const isTrained = status === 0;
  const byBlocks = isTrained ? JSON.parse(stdout).by_blocks : null;
  return { status, stderr, model: isTrained ? readFileSync(out) : null, byBlocks };
}

/** What the command says of the file, without what it says of its size. */
const saidOf = (path: string, { stderr }: Trained) =>
  stderr.split("\n").filter((line) => line.includes(path) && !/ rows\. |^Reading /.test(line));

describe("edgewise train with data larger than memory", () => {
  it.each([
    ["DegreeKNN", TINY, "1"],
    ["RP3beta", TINY, "2"],
    ["TopPop", TINY, "1"],
    ["Trending", TINY, "1"],
    ["IALS", ONE_BLOCK, "1"],
    ["TruncatedSVD", ONE_BLOCK, "1"],
  ])("writes the file of one piece to the last byte: %s", async (algorithm, limit, jobs) => {
    const asked = ["--data", data, ...TIMED, "--algorithm", algorithm];
    const whole = await train(...asked, ...ENOUGH);
    const cut = await train(...asked, ...limit, "--jobs", jobs);
    expect([whole.byBlocks, cut.byBlocks]).toEqual([false, true]);
    expect(cut.model?.equals(whole.model as Buffer)).toBe(true);
  });

  it("says before it begins how much there is, what it takes, and where it is", async () => {
    const asked = ["--algorithm", "IALS", "--params", '{"train_epochs": 1}', ...TINY, "--jobs", "1"];
    const { stderr } = await train("--data", data, ...TIMED, ...asked);
    expect(stderr).toMatch(
      /data\.csv: about 9\d\d rows\. IALS needs about 1\.\d MB for them in one piece, and 0\.006\d* MB are allowed: they are read and fitted by blocks, in about \d+ s on one thread, with up to [\d.]+ MB of files\./,
    );
    expect(stderr).toContain("data.csv: map …");
    expect(stderr).toMatch(/Fitting IALS, 2 of \d+/);
  });

  it("reads by the same rules, and names the same lines", async () => {
    const lines = tastesCsv(tastes(60)).split("\n");
    lines[300] = "u9,,1,1700000000";
    lines[600] = 'u9,"never closed,1,1700000000';
    lines[500] = "u9,i1,much,1700000000";
    const path = put(dir, "rows.csv", lines.join("\n"));
    const asked = [
      "--data",
      path,
      ...TIMED,
      "--algorithm",
      "TopPop",
      "--duplicates",
      "last",
      "--half-life",
      "3",
    ];
    const [whole, cut] = [await train(...asked, ...ENOUGH), await train(...asked, ...TINY, "--jobs", "1")];
    expect(saidOf(path, cut)).toEqual(saidOf(path, whole));
    expect(saidOf(path, cut).join("\n")).toContain("the first rejected row is line 301");
    expect(cut.model?.equals(whole.model as Buffer)).toBe(true);
  });

  it.each([
    ["a column that is not there", ["--weight-column", "stars"], tastesCsv()],
    ["a file without a usable row", TIMED.slice(4), `${tastesCsv().replaceAll(/^(u\d+),/gm, ",")}`],
    ["a record that is too long", TIMED.slice(4), `${tastesCsv()}u1,${"x".repeat(1_100_000)},1,1700000000\n`],
  ])("refuses a file with the words of one piece: %s", async (_what, columns, content) => {
    const path = put(dir, "bad.csv", content);
    const asked = ["--data", path, ...CSV_COLUMNS, ...columns, "--algorithm", "TopPop"];
    const [whole, cut] = [await train(...asked, ...ENOUGH), await train(...asked, ...TINY, "--jobs", "1")];
    expect([whole.status, cut.status]).toEqual([2, 2]);
    expect(saidOf(path, cut)).toEqual(saidOf(path, whole));
    expect(saidOf(path, cut)).not.toEqual([]);
  });

  it.each([
    [
      ["--algorithm", "CosineUserKNN"],
      ["its model holds all interactions", "use TopPop", "--memory 2 allows"],
    ],
    [
      ["--algorithm", "IALS", "--min-user-interactions", "2"],
      ["--min-user-interactions", "one piece"],
    ],
    [
      ["--algorithm", "IALS", "--work", "/no/such/folder"],
      ["/no/such/folder", "no such file or folder"],
    ],
    [
      ["--algorithm", "IALS", "--jobs", "0"],
      ["--jobs", '"0"'],
    ],
    [
      ["--algorithm", "IALS", "--memory", "none"],
      ["--memory", '"none"'],
    ],
  ])("refuses %j with the reason, and what would fit", async (asked, words) => {
    const { status, stderr } = await train("--data", data, ...TIMED, ...TINY, ...asked);
    expect(status).toBe(2);
    expect(words.filter((word) => !stderr.includes(word))).toEqual([]);
  });

  it("leaves nothing behind when somebody stops it", async () => {
    const folder = tempDir();
    const params = JSON.stringify({ train_epochs: 500 });
    const asked = [
      "--data",
      data,
      ...TIMED,
      ...TINY,
      "--jobs",
      "2",
      "--algorithm",
      "IALS",
      "--params",
      params,
    ];
    const command = fileURLToPath(new URL("../../../cli/edgewise.ts", import.meta.url));
    const args = [command, "train", ...asked, "--out", join(folder, "model"), "--unsigned-key"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    const ended = once(child, "exit");
    for await (const text of child.stderr) if (String(text).includes("Fitting IALS, 2")) break;
    expect(readdirSync(folder)).not.toEqual([]);
    child.kill("SIGINT");
    expect((await ended)[1]).toBe("SIGINT");
    expect(readdirSync(folder)).toEqual([]);
  });
});
