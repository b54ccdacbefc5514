import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { put, runCli, tempDir } from "./run-cli.ts";

let dir: string;
beforeAll(() => {
  dir = tempDir();
});

/** Walks around a ring of 30 items, mostly one step on; a tenth of the steps are anywhere. */
function walk(random: { next(): number }, length: number): number[] {
  const items = [Math.floor(30 * random.next())];
  while (items.length < length) {
    const last = items.at(-1) as number;
    items.push(random.next() < 0.1 ? Math.floor(30 * random.next()) : (last + 1) % 30);
  }
  return items;
}

function lines(count: number, seed: number, days: boolean): string {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, row) => {
    const items = walk(random, 5 + Math.floor(4 * random.next()));
    const dates = items.map((_item, at) => 10 + at).join(" ");
    return `r${seed}-${row}\t${items.map((item) => `i${item}`).join(" ")}${days ? `\t${dates}` : ""}`;
  }).join("\n");
}

const histories = () => put(dir, "histories.tsv", lines(150, 1, true));
const tune = (args: readonly string[]) => runCli(["tune", ...args, "--json"]);
const NEXT_ITEM = ["--format", "sequences", "--split", "next-item", "--cutoff", "3"];

describe("edgewise tune of sequences", () => {
  it("finds what comes next, with the sequence family and its blend, and tests on the last items", async () => {
    const { json, status } = await tune([
      "--data",
      histories(),
      ...NEXT_ITEM,
      "--trials",
      "12",
      "--metrics",
      "hit,ndcg",
    ]);
    expect(status).toBe(0);
    expect(json.algorithms).toEqual([
      ...["TwoSidedKNN", "SessionKNN", "SequenceRules", "RecentIALS"],
      ...["WindowedPop", "TopPop"],
    ]);
    expect(json.split.scheme).toBe("next-item");
    expect(Object.keys(json.test.metrics)).toEqual(["hit@3", "ndcg@3"]);
    expect(json.test.users).toBe(150);
    expect(json.test.metrics["hit@3"]).toBeGreaterThan(0.7);
  });

  it("fits the winner on all but the last items where it is told to", async () => {
    const args = ["--data", histories(), ...NEXT_ITEM, "--algorithms", "SequenceRules", "--trials", "2"];
    const [two, one] = await Promise.all([tune(args), tune([...args, "--refit", "all-but-last"])]);
    expect(one?.json.best).toEqual(two?.json.best);
    expect(one?.json.test.metrics).not.toEqual(two?.json.test.metrics);
  });

  it("asks for every step of a test session, where known items may come again", async () => {
    const train = put(dir, "sessions.tsv", lines(200, 2, false));
    const test = put(dir, "test.tsv", "a\ti1 i2 i3\nb\ti5 i6 new i7\n");
    const { json } = await tune([
      ...["--train", train, "--test", test, "--format", "sessions", "--cutoff", "3", "--metric", "mrr"],
      ...["--metrics", "hit,mrr", "--trials", "12"],
    ]);
    expect(json.algorithms).toContain("RepeatedItems");
    expect(json.split.scheme).toBe("sessions");
    expect(json.test.users).toBe(5);
    // The unknown item is never found.
    expect(json.test.metrics["hit@3"]).toBeCloseTo(4 / 5, 6);
  });

  it("gives the same trials for the same seed, on one thread or two", async () => {
    const args = ["--data", histories(), ...NEXT_ITEM, "--algorithms", "TwoSidedKNN", "--trials", "4"];
    const [first, again] = await Promise.all([tune(args), tune(args)]);
    expect(again?.json.trials.map(({ value }: { value: number }) => value)).toEqual(
      first?.json.trials.map(({ value }: { value: number }) => value),
    );
    const { json } = await tune([...args, "--jobs", "2"]);
    expect(json.best.value).toBeGreaterThan(0);
  });

  it.each([
    [["--format", "sequences", "--split", "RG"], '--split must be one of next-item, sessions, not "RG"'],
    [["--format", "sequences", "--split", "sessions"], "--format sequences goes with --split next-item"],
    [["--format", "sequences", "--test", "x"], "does not go with --test"],
    [["--format", "sequences", "--refit", "all"], "--refit must be one of all-but-last"],
    [["--format", "sessions", "--refit", "all-but-last"], "--refit is for --split next-item"],
    [["--format", "sequences", "--user-column", "u"], "--user-column has no meaning for --format sequences"],
    [["--refit", "all-but-last"], "--refit needs --format sequences"],
    [
      ["--format", "csv", "--user-column", "1", "--item-column", "2", "--split", "next-item"],
      "--split next-item splits by time",
    ],
  ])("refuses %j", async (args, message) => {
    const { status, stderr } = await runCli(["tune", "--data", histories(), ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it("names the line of a bad file", async () => {
    const path = put(dir, "bad.tsv", "a\tx y z\nb\n");
    const { status, stderr } = await runCli(["tune", "--data", path, "--format", "sequences"]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${path}: line 2 is no "id, tab, items"`);
  });
});
