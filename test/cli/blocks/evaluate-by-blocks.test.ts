/** Data larger than memory are split, fitted and measured by blocks, with the figures of one piece. */
import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tastesCsv, tempDir } from "../run-cli.ts";

const TIMED = [...CSV_COLUMNS, "--weight-column", "weight", "--time-column", "time"];
/** Megabytes: the file has 0.02. */
const TINY = ["--memory", "0.006", "--jobs", "1"];
const ENOUGH = ["--memory", "100"];
let dir: string;
let data: string;

beforeAll(() => {
  dir = tempDir();
  data = put(
    dir,
    "data.csv",
    `${tastesCsv()}u1,i2,-1,1700000000\nu7,i40,0,1700000000\nu99,i3,1,1700000000\n`,
  );
});

const evaluate = (...extra: string[]) =>
  runCli(["evaluate", "--data", data, ...TIMED, "--cutoff", "5,10", "--metrics", "all", "--json", ...extra]);

describe("edgewise evaluate with data larger than memory", () => {
  it.each([
    ["TopPop", ["--split", "RG", "--seed", "3"]],
    ["DegreeKNN", ["--split", "TU", "--n-heldout", "2", "--test-user-ratio", "0.5"]],
  ])("measures what one piece measures, to the last bit: %s %j", async (algorithm, split) => {
    const work = mkdtempSync(join(dir, "work"));
    const whole = await evaluate("--algorithm", algorithm, ...split, ...ENOUGH);
    const cut = await evaluate("--algorithm", algorithm, ...split, ...TINY, "--work", work);
    expect(cut.stderr).toMatch(/by blocks/);
    expect(whole.stderr).not.toMatch(/by blocks/);
    const own = { fit_seconds: 0, evaluate_seconds: 0, peak_memory_mb: 0 };
    expect({ ...cut.json, ...own }).toEqual({ ...whole.json, ...own });
    expect(readdirSync(work)).toEqual([]);
  });

  it.each([
    [
      ["--split", "TG"],
      ["--split TG", "RG and TU"],
    ],
    [
      ["--split", "RG", "--segments"],
      ["--segments", "one piece"],
    ],
    [
      ["--split", "RG", "--cold-start"],
      ["--cold-start", "one piece"],
    ],
  ])("refuses %j with the reason, and what would fit", async (asked, words) => {
    const { status, stderr } = await evaluate("--algorithm", "TopPop", ...TINY, ...asked);
    expect(status).toBe(2);
    expect(words.filter((word) => !stderr.includes(word))).toEqual([]);
  });
});
