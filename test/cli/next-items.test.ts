import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { put, runCli, tempDir } from "./run-cli.ts";

let dir: string;
let visits: string;
let lines: string;
beforeAll(() => {
  dir = tempDir();
  visits = put(dir, "visits.csv", table());
  lines = put(dir, "lines.tsv", sequenceLines());
});

const MINUTE_MS = 60_000;

/** Rings of 30 items, mostly one step on: 90 people with three sessions of four each. */
function walks(): { user: string; items: string[]; minutes: number[] }[] {
  const random = createRandom(5);
  return Array.from({ length: 90 }, (_, person) => {
    const items: string[] = [];
    const minutes: number[] = [];
    for (let session = 0; session < 3; session++) {
      let item = random.below(30);
      const began = 1_000 * session + random.below(600);
      for (let at = 0; at < 4; at++) {
        items.push(`i${item}`);
        minutes.push(began + at);
        item = random.next() < 0.1 ? random.below(30) : (item + 1) % 30;
      }
    }
    return { user: `u${person}`, items, minutes };
  });
}

function table(): string {
  const rows = walks().flatMap(({ user, items, minutes }) =>
    items.map((item, at) => {
      const time = Date.UTC(2026, 0, 1) + (minutes[at] as number) * MINUTE_MS;
      return `${user},${item},${time},v${user}-${Math.floor(at / 4)}`;
    }),
  );
  return `user,item,time,visit\n${rows.join("\n")}\n`;
}

const sequenceLines = () =>
  walks()
    .map(({ user, items }) => `${user}\t${items.join(" ")}`)
    .join("\n");

const columns = ["--user-column", "user", "--item-column", "item", "--time-column", "time"];
const evaluate = (args: readonly string[]) =>
  runCli(["evaluate", ...args, "--cutoff", "3", "--metrics", "hit", "--json"]);
const onVisits = (args: readonly string[]) => evaluate(["--data", visits, ...columns, ...args]);

describe("edgewise with what comes next of ordinary files", () => {
  it.each([
    ["next-item", "TwoSidedKNN", ["--seen", "keep"], 90],
    ["sessions", "SessionKNN", ["--session-column", "visit"], 81],
    ["sessions", "SessionKNN", ["--session-gap", "20"], 81],
    ["time", "SequenceRules", ["--seen", "keep"], 20],
  ])("measures --split %s with %s and %j", async (split, algorithm, more, fewest) => {
    const { status, json } = await onVisits(["--split", split, "--algorithm", algorithm, ...more]);
    expect(status).toBe(0);
    expect(json.split.scheme).toBe(split);
    expect(json.test_users).toBeGreaterThanOrEqual(fewest);
    // Chance is a tenth. After a moment most people begin a session anywhere, which follows from nothing.
    expect(json.metrics["hit@3"]).toBeGreaterThan(split === "time" ? 0 : 0.6);
  });

  it("finds one of the next three as often as the next one at least", async () => {
    const next = ["--split", "next-item", "--algorithm", "TwoSidedKNN", "--seen", "keep"];
    const one = await onVisits(next);
    const three = await onVisits([...next, "--n-heldout", "3"]);
    expect(three.json.metrics["hit@3"]).toBeGreaterThanOrEqual(one.json.metrics["hit@3"]);
    expect(three.json.test_interactions).toBeGreaterThan(2 * one.json.test_interactions);
  });

  it("tunes the sequence family and tests on a part that no trial has seen", async () => {
    const split = ["--split", "sessions", "--trials", "8", "--cutoff", "3", "--metric", "hit"];
    const { status, json } = await runCli(["tune", "--data", visits, ...columns, ...split, "--json"]);
    expect(status).toBe(0);
    const family = ["TwoSidedKNN", "SessionKNN", "SequenceRules", "RepeatedItems", "TopPop"];
    expect(json.algorithms).toEqual(expect.arrayContaining(family));
    expect(json.test.users).toBeGreaterThan(50);
    expect(json.test.metrics["hit@3"]).toBeGreaterThan(0.6);
  });

  it("evaluates and trains on files of sequences", async () => {
    const own = ["--data", lines, "--format", "sequences"];
    const tested = await evaluate([...own, "--split", "next-item", "--algorithm", "TwoSidedKNN"]);
    expect([tested.status, tested.json.users]).toEqual([0, 90]);
    expect(tested.json.metrics["hit@3"]).toBeGreaterThan(0.6);
    const model = `${dir}/next.edgewise`;
    const trained = await runCli([
      ...["train", ...own, "--algorithm", "SessionKNN", "--out", model, "--unsigned-key", "--json"],
    ]);
    expect([trained.status, trained.json.users]).toEqual([0, 90]);
  });

  it.each([
    [["--split", "RG", "--seen", "keep"], "--seen"],
    [["--split", "next-item", "--n-test-users", "3"], "n_test_users"],
    [["--split", "sessions", "--session-gap", "0"], "--session-gap"],
  ])("refuses %j", async (args, named) => {
    const { status, stderr } = await onVisits([...args, "--algorithm", "TopPop"]);
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining(named)]);
  });

  it("refuses what comes next of files without times", async () => {
    const { stderr } = await evaluate([
      ...["--data", visits, "--user-column", "user", "--item-column", "item"],
      ...["--split", "next-item", "--algorithm", "TopPop"],
    ]);
    expect(stderr).toContain("--time-column");
  });
});
