import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { modelKeysOf } from "../../cli/files/model-keys.ts";
import { CSV_COLUMNS, put, runCli, tastesCsv, tempDir } from "./run-cli.ts";

const ENV = { EDGEWISE_SECRET: "a secret of more than thirty-two characters" };
let dir: string;
let model: string;

beforeAll(async () => {
  dir = tempDir();
  model = join(dir, "model.edgewise");
  const data = put(dir, "data.csv", tastesCsv());
  const args = [
    "train",
    "--data",
    data,
    ...CSV_COLUMNS,
    "--algorithm",
    "CosineKNN",
    "--out",
    model,
    "--json",
  ];
  const { status, json } = await runCli(args, ENV);
  expect(status).toBe(0);
  expect(json).toMatchObject({ algorithm: "CosineKNN", users: 80, items: 48, interactions: 960 });
});

describe("edgewise train, recommend, similar and inspect", () => {
  it("recommends to a known user unseen items of their own taste", async () => {
    const { json } = await runCli(
      ["recommend", "--model", model, "--user", "u0", "--limit", "3", "--json"],
      ENV,
    );
    expect(json).toMatchObject({ user: "u0", strategy: "personal", total: 36 });
    expect(json.items.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3]);
  });

  it("recommends for liked items, and names those that it does not know", async () => {
    const args = ["recommend", "--model", model, "--items", "i13,i14,nothing", "--limit", "4", "--json"];
    const { json, stderr } = await runCli(args, ENV);
    expect(json).toMatchObject({ strategy: "profile", unknown_items: ["nothing"] });
    for (const { item_id: id } of json.items) expect(Number(id.slice(1))).toBeGreaterThanOrEqual(12);
    for (const { item_id: id } of json.items) expect(Number(id.slice(1))).toBeLessThan(24);
    expect(stderr).toContain("nothing");
  });

  it("shows which of a user's items speak for a recommendation", async () => {
    const args = ["recommend", "--model", model, "--items", "i13,i14", "--limit", "2", "--explain", "5"];
    const { json } = await runCli([...args, "--json"], ENV);
    for (const { score, because } of json.items) {
      expect(because.map((one: { item_id: string }) => one.item_id).sort()).toEqual(["i13", "i14"]);
      const sum = because.reduce((all: number, one: { contribution: number }) => all + one.contribution, 0);
      expect(sum).toBeCloseTo(score, 4);
      const shares = because.reduce((all: number, one: { share: number }) => all + one.share, 0);
      expect(shares).toBeCloseTo(1, 6);
    }
    const { stdout } = await runCli(args, ENV);
    expect(stdout).toMatch(/i1[34] \d+ %, i1[34] \d+ %/);
  });

  it("recommends the most popular items to an unknown user", async () => {
    const { json } = await runCli(["recommend", "--model", model, "--user", "nobody", "--json"], ENV);
    expect(json).toMatchObject({ strategy: "popular", items: { length: 10 } });
  });

  it("lists similar items without the item itself", async () => {
    const { json } = await runCli(
      ["similar", "--model", model, "--item", "i1", "--limit", "5", "--json"],
      ENV,
    );
    expect(json.items).toHaveLength(5);
    expect(json.items.map((item: { item_id: string }) => item.item_id)).not.toContain("i1");
  });

  it("shows what a model contains", async () => {
    const { json } = await runCli(["inspect", "--model", model, "--json"], ENV);
    expect(json).toMatchObject({ kind: "model", meta: { algorithm: "CosineKNN", users: 80 } });
    expect(json.bytes).toBe(readFileSync(model).length);
  });

  it("writes the same bytes for the same data and seed", async () => {
    const again = join(dir, "again.edgewise");
    const args = [
      "--data",
      join(dir, "data.csv"),
      ...CSV_COLUMNS,
      "--algorithm",
      "CosineKNN",
      "--out",
      again,
    ];
    await runCli(["train", ...args], ENV);
    expect(readFileSync(again).equals(readFileSync(model))).toBe(true);
  });

  it("refuses a model that was changed, cut off, or signed by another key", async () => {
    const bytes = readFileSync(model);
    const changed = Buffer.from(bytes);
    changed[bytes.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    for (const [name, content] of [
      ["changed", changed],
      ["cut", bytes.subarray(0, 1000)],
      ["foreign", Buffer.from("PK\u0003\u0004")],
    ] as const) {
      const path = join(dir, name);
      writeFileSync(path, content);
      const { status, stderr } = await runCli(["inspect", "--model", path], ENV);
      expect(status, name).toBe(2);
      expect(stderr).toContain(path);
    }
    const other = await runCli(["inspect", "--model", model], { EDGEWISE_SECRET: "another" });
    expect(other.status).toBe(2);
  });

  it("requires a secret, except with --unsigned-key", async () => {
    const args = ["--data", join(dir, "data.csv"), ...CSV_COLUMNS, "--algorithm", "TopPop"];
    const out = ["--out", join(dir, "public.edgewise")];
    expect(await runCli(["train", ...args, ...out])).toMatchObject({ status: 2, stdout: "" });
    expect((await runCli(["train", ...args, ...out, "--unsigned-key"])).status).toBe(0);
  });
});

describe("modelKeysOf", () => {
  it("derives the keys that the Workers derive from the same secret", async () => {
    const bytes = new TextEncoder().encode("some header");
    const ours = modelKeysOf(ENV, false);
    const theirs = await createArtifactKeyRing([ENV.EDGEWISE_SECRET]);
    expect(ours.signer.keyId).toBe(theirs.signer.keyId);
    expect(await theirs.verifier.verify(ours.signer.keyId, bytes, await ours.signer.sign(bytes))).toBe(true);
    expect(await ours.verifier.verify(theirs.signer.keyId, bytes, await theirs.signer.sign(bytes))).toBe(
      true,
    );
  });
});
