/**
 * The command on public data; runs only if EDGEWISE_DATA names the folder of the data. Expected values are published or come from
 * peers.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const { EDGEWISE_DATA: data = "" } = process.env;
const TIMEOUT_MS = 300_000;

const gowalla = (algorithm: string, params: object) => [
  ...["evaluate", "--train", join(data, "gowalla/train.txt"), "--test", join(data, "gowalla/test.txt")],
  ...["--format", "adjacency", "--algorithm", algorithm, "--params", JSON.stringify(params), "--json"],
];

describe.skipIf(data === "")("public data", () => {
  it(
    "measures popularity on Gowalla as published tables do",
    async () => {
      const { json } = await runCli(gowalla("TopPop", {}));
      expect(json).toMatchObject({ users: 29_858, items: 40_981, interactions: 810_128, test_users: 29_858 });
      expect(json.metrics["recall@20"]).toBeCloseTo(0.0416, 4);
      expect(json.metrics["ndcg@20"]).toBeCloseTo(0.0317, 4);
    },
    TIMEOUT_MS,
  );

  it(
    "reaches the published best of random walks on Gowalla",
    async () => {
      const params = { alpha: 0.7, beta: 0.15, top_k: 200, cut_by: "source" };
      const { json } = await runCli(gowalla("RP3betaRecommender", params));
      expect(json.metrics["recall@20"]).toBeGreaterThan(0.183);
      expect(json.metrics["ndcg@20"]).toBeGreaterThan(0.152);
    },
    TIMEOUT_MS,
  );

  it.each([
    ["ml-100k/u.data", ["--user-column", "1", "--item-column", "2", "--time-column", "4"], "TU", 100_000],
    [
      "hetrec2011-lastfm-2k/user_artists.dat",
      ["--user-column", "userID", "--item-column", "artistID", "--weight-column", "weight"],
      "RG",
      92_834,
    ],
    ["msweb/visits.tsv", ["--user-column", "1", "--item-column", "2"], "RG", 98_653],
  ])("reads all of %s", async (file, columns, split, count) => {
    const args = ["--data", join(data, file), ...columns, "--split", split, "--n-heldout", "1"];
    const { json } = await runCli(["evaluate", ...args, "--algorithm", "TopPop", "--json"]);
    expect(json.interactions + json.test_interactions).toBe(count);
  });
});
