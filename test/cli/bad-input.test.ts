import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tastesCsv, tempDir } from "./run-cli.ts";

let dir: string;
beforeAll(() => {
  dir = tempDir();
  put(dir, "good.csv", tastesCsv());
  put(dir, "empty.csv", "");
  put(dir, "binary.csv", "user,item\n\u0000\n");
  put(dir, "words.csv", "user,item,weight\na,x,much\nb,y,little\n");
  put(dir, "times.csv", "user,item,time\na,x,soon\nb,y,later\n");
  put(dir, "open.csv", 'user,item\na,"x\n');
  put(dir, "members.csv", "member_id,customer_id,item\na,b,x\nc,d,y\n");
  put(dir, "unnamed.csv", "who,what\nann,7\nbob,8\n");
  put(dir, "twice.csv", "item,user,item\n0,u0,i0\n");
  put(dir, "lists.txt", "just\nusers\n");
});

const evaluate = (file: string, ...extra: string[]) => [
  ...["evaluate", "--data", join(dir, file), "--split", "RG", "--algorithm", "TopPop", ...extra],
];
const good = (...extra: string[]) => evaluate("good.csv", ...CSV_COLUMNS, ...extra);

/** The name of the case, the arguments, and words that the one line must have. */
const CASES: readonly (readonly [string, () => string[], readonly string[]])[] = [
  ["an unknown command", () => ["recomend"], ['unknown command "recomend"']],
  ["an unknown option", () => good("--depth", "3"), ["--depth"]],
  ["an option without its value", () => ["evaluate", "--data"], ["--data"]],
  ["no algorithm", () => ["evaluate", "--data", join(dir, "good.csv")], ["--algorithm is missing"]],
  ["an unknown algorithm", () => good("--algorithm", "Magic"), ['"Magic"', "IALS"]],
  ["parameters that are no JSON", () => good("--params", "{top_k}"), ["--params is not JSON"]],
  ["parameters that are no object", () => good("--params", "[1]"), ["--params must be a JSON object"]],
  ["an unknown parameter", () => good("--params", '{"k": 1}'), ["--params", '"k"']],
  ["a cutoff of nothing", () => good("--cutoff", "0"), ["--cutoff", '"0"']],
  ["a cutoff below nothing", () => good("--cutoff", "-1"), ["--cutoff has no value", "--cutoff=-1"]],
  ["an unknown metric", () => good("--metrics", "accuracy"), ["--metrics", '"accuracy"']],
  ["a seed that is no number", () => good("--seed", "x"), ["--seed", '"x"']],
  ["an unknown split", () => good("--split", "XY"), ["--split", '"XY"']],
  ["a split by time without times", () => good("--split", "TU"), ["--split TU", "--time-column"]],
  ["a share above one", () => good("--heldout-ratio", "2"), ["--heldout-ratio", '"2"']],
  ["nothing to hold out", () => good("--heldout-ratio", "0.01"), ["heldout_ratio 0.01"]],
  ["a file that is not there", () => evaluate("none.csv", ...CSV_COLUMNS), ["none.csv", "no such file"]],
  ["a folder", () => evaluate(".", ...CSV_COLUMNS), ["folder"]],
  ["an empty file", () => evaluate("empty.csv", ...CSV_COLUMNS), ["empty.csv", "empty"]],
  ["a file that is no text", () => evaluate("binary.csv", ...CSV_COLUMNS), ["binary.csv", "line 2"]],
  ["a quote that is never closed", () => evaluate("open.csv", ...CSV_COLUMNS), ["open.csv", "Line 2"]],
  [
    "two columns of users",
    () => evaluate("members.csv"),
    ["members.csv", "--user-column is missing", '"member_id" and "customer_id"'],
  ],
  ["names that tell nothing", () => evaluate("unnamed.csv"), ["unnamed.csv", "--user-column", '"who"']],
  [
    "a column that is not there",
    () => evaluate("good.csv", "--user-column", "person", "--item-column", "item"),
    ["good.csv", '"person"'],
  ],
  [
    "weights that are no numbers",
    () => evaluate("words.csv", ...CSV_COLUMNS, "--weight-column", "weight"),
    ["words.csv", "Line 2", '"much"'],
  ],
  [
    "times that are none",
    () => evaluate("times.csv", ...CSV_COLUMNS, "--time-column", "time"),
    ["times.csv", '"time"', "Line 2"],
  ],
  [
    "lists without items",
    () => evaluate("lists.txt", "--format", "adjacency"),
    ["lists.txt", "lists no items"],
  ],
  [
    "columns of lists",
    () => evaluate("lists.txt", "--format", "adjacency", "--user-column", "1"),
    ["--user-column"],
  ],
  ["an unknown separator", () => good("--separator", "abc"), ["--separator", '"abc"', "semicolon"]],
  ["an unknown header", () => good("--header", "maybe"), ["--header", '"maybe"', "auto"]],
  ["a separator that cuts nothing", () => good("--separator", "tab"), ["good.csv", "separator"]],
  ["a column twice", () => evaluate("twice.csv", ...CSV_COLUMNS), ["twice.csv", "positions 1 and 3"]],
  ["an unknown format", () => good("--format", "xls"), ["--format", '"xls"']],
  ["event weights that are none", () => good("--event-weights", "view", "--event-column", "x"), ['"view"']],
  ["event weights without a column", () => good("--event-weights", "view=1"), ["--event-column"]],
  ["a half-life without times", () => good("--half-life", "3"), ["--half-life"]],
  [
    "a kind of weights without weights",
    () => good("--weight-kind", "likes"),
    ["--weight-kind", "--weight-column"],
  ],
  [
    "an unknown kind of weights",
    () => good("--weight-column", "w", "--weight-kind", "stars"),
    ['"stars"', "likes"],
  ],
  [
    "likes beyond the scale",
    () => good("--weight-column", "w", "--weight-kind", "likes", "--likes-from", "9"),
    ["--likes-from", "5"],
  ],
  [
    "likes of other weights",
    () => good("--weight-column", "w", "--likes-from", "3"),
    ["--likes-from", "likes"],
  ],
  ["a cap of nothing", () => good("--cap", "0"), ["--cap"]],
  ["a quantile that caps the most", () => good("--cap-quantile", "0.1"), ["--cap-quantile", '"0.1"']],
  ["two ways to say what came first", () => good("--ordered", "--time-column", "time"), ["--ordered"]],
  [
    "test data without training data",
    () => ["evaluate", "--test", "x", "--algorithm", "TopPop", ...CSV_COLUMNS],
    ["--train"],
  ],
  ["a budget for nothing", () => ["tune", "--format", "adjacency", "--budget", "IALS=0"], ["--budget"]],
  [
    "a budget of another algorithm",
    () => ["tune", "--algorithms", "TopPop", "--budget", "IALS=3", "--format", "adjacency"],
    ["IALS is not among"],
  ],
  ["nobody to recommend to", () => ["recommend", "--model", "x"], ["--user"]],
  [
    "a model that is not there",
    () => ["inspect", "--model", join(dir, "none.edgewise"), "--unsigned-key"],
    ["none.edgewise", "no such file"],
  ],
];

describe("bad input", () => {
  it.each(CASES)("%s: one line, status 2, no stack trace", async (_case, args, words) => {
    const { status, stdout, stderr } = await runCli(args());
    expect(status).toBe(2);
    expect(stdout).toBe("");
    const [message = "", ...rest] = stderr.trimEnd().split("\n").reverse();
    for (const word of words) expect(message).toContain(word);
    // The lines before it are progress.
    expect(rest.every((line) => line.endsWith("…"))).toBe(true);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("tells which rows it left out even when the rest is too little", async () => {
    put(dir, "half.csv", "user,item,weight\na,x,1\nb,y,little\n");
    const { status, stderr } = await runCli(
      evaluate("half.csv", ...CSV_COLUMNS, "--weight-column", "weight"),
    );
    expect(status).toBe(2);
    expect(stderr).toContain("1 of 2 rows were rejected");
    expect(stderr).toContain("line 3");
    expect(stderr).toContain('"little"');
    expect(stderr.trimEnd().split("\n").at(-1)).toContain("holds nothing out");
  });

  it("helps with every command", async () => {
    const overview = await runCli(["--help"]);
    expect(overview.status).toBe(0);
    for (const name of ["evaluate", "tune", "train", "recommend", "similar", "inspect"]) {
      expect(overview.stdout).toContain(name);
      const { status, stdout } = await runCli([name, "--help"]);
      expect(status).toBe(0);
      expect(stdout).toContain("--json");
    }
    expect((await runCli([])).status).toBe(2);
  });
});
