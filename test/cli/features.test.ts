import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { CSV_COLUMNS, put, runCli, tastes, tastesCsv, tempDir } from "./run-cli.ts";

const ENV = { EDGEWISE_SECRET: "a secret of more than thirty-two characters" };
let dir: string;
let data: string[];
let tables: string[];
const FEW = ["--params", '{"n_components": 8, "train_epochs": 4}', "--json", "--cutoff", "5"];

beforeAll(() => {
  dir = tempDir();
  data = ["--data", put(dir, "data.csv", tastesCsv()), ...CSV_COLUMNS];
  // Items of a group of twelve have its name as a tag, users like the group of their number.
  const items = Array.from(
    { length: 48 },
    (_, item) => `i${item},group ${Math.floor(item / 12)}|all,00${item}`,
  );
  const users = tastes().map(({ user }, at) => JSON.stringify({ user, likes: [`group ${at % 4}`] }));
  tables = [
    ...["--item-features", put(dir, "items.csv", `id,tags,code\n${items.join("\n")}\n`)],
    ...["--user-features", put(dir, "users.ndjson", users.join("\n")), "--user-features-id", "user"],
  ];
});

/** The rows of the table of items, as records whose first key is not the id. */
const records = () =>
  Array.from({ length: 48 }, (_, item) => ({
    title: `Title ${item}`,
    tags: [`group ${Math.floor(item / 12)}`],
    item: `i${item}`,
  }));

const evaluate = (...args: readonly string[]) => runCli(["evaluate", ...data, ...args]);

describe("features in edgewise evaluate", () => {
  it.each(["cold-items", "cold-users"])("find what suits %s", async (split) => {
    const [with_, without] = await Promise.all(
      [tables, []].map((own) => evaluate(...own, "--split", split, "--algorithm", "FeatureIALS", ...FEW)),
    );
    expect([with_?.status, with_?.stderr.match(/\d+ features of \d+ of \d+/g)]).toEqual([
      0,
      ["9 features of 48 of 48", "4 features of 80 of 80"],
    ]);
    expect(with_?.json.split).toMatchObject({ scheme: split, heldout_ratio: 0.2, seed: 42 });
    expect(with_?.json.metrics["ndcg@5"]).toBeGreaterThan(0.6);
    expect(with_?.json.metrics["ndcg@5"]).toBeGreaterThan(without?.json.metrics["ndcg@5"] + 0.2);
  });

  it("are found by the column of the data's ids, else by the first column", async () => {
    const rows = records();
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    const named = rows.map(({ item, ...row }) => JSON.stringify({ product: item, ...row }));
    const files = {
      "named.ndjson": lines,
      "named.csv": `title,item\n${rows.map(({ title, item }) => `${title},${item}`).join("\n")}\n`,
      "named.json": JSON.stringify(rows),
      "named.ndjson.gz": gzipSync(lines),
      "first.ndjson": named.join("\n"),
      "first.csv": `product,title\n${rows.map(({ title, item }) => `${item},${title}`).join("\n")}\n`,
    };
    const answers = await Promise.all(
      Object.entries(files).map(([name, content]) =>
        evaluate("--item-features", put(dir, name, content), "--split", "RG", "--algorithm", "TopPop"),
      ),
    );
    expect(answers.map(({ stderr }) => /48 of 48 items/.test(stderr))).toEqual(answers.map(() => true));
  });

  it("keep all interactions of the cold out of training", async () => {
    const { json } = await evaluate(
      "--split",
      "cold-users",
      "--algorithm",
      "TopPop",
      "--heldout-ratio",
      "0.25",
      "--json",
    );
    expect(json).toMatchObject({
      test_users: 20,
      cold_users: 20,
      interactions: 60 * 12,
      test_interactions: 20 * 12,
    });
  });

  it("are reported warm and cold together, where there are tables also unasked", async () => {
    const warm = ["--split", "RG", "--algorithm", "FeatureIALS", ...FEW];
    const { json } = await evaluate(...tables, ...warm);
    expect((await evaluate(...tables, ...warm, "--cold-start")).json.cold_start.cold_users.metrics).toEqual(
      json.cold_start.cold_users.metrics,
    );
    const plain = await evaluate("--split", "RG", "--algorithm", "IALS", ...FEW);
    expect(plain.json).not.toHaveProperty("cold_start");
    expect(Object.keys(json.cold_start)).toEqual(["cold_items", "cold_users"]);
    const items = await evaluate(...tables, "--split", "cold-items", "--algorithm", "FeatureIALS", ...FEW);
    expect(json.cold_start.cold_items.metrics).toEqual(items.json.metrics);
    expect(items.json).not.toHaveProperty("cold_start");
    const text = await evaluate(
      ...tables,
      "--split",
      "RG",
      "--cold-start",
      "--algorithm",
      "FeatureIALS",
      ...FEW.slice(0, 2),
    );
    expect(text.stdout).toMatch(/cold items \(\d+ users\).*\n.*cold users \(16 users\)/);
  });

  describe("with files whose items, or users, are not the same", () => {
    /** Rows of the data, by whether they are of every fifth item, or of every fifth user. */
    const parts = (isHeldOut: (user: string, item: string) => boolean) => {
      const cut = (kept: boolean) =>
        tastesCsv(
          tastes().map(({ user, items }) => ({
            user,
            items: items.filter((item) => isHeldOut(user, item) === kept),
          })),
        );
      return [
        "--train",
        put(dir, "known.csv", cut(false)),
        "--test",
        put(dir, "new.csv", cut(true)),
        ...CSV_COLUMNS,
      ];
    };
    const isFifth = (id: string) => Number(id.slice(1)) % 5 === 0;
    const measure = (files: readonly string[], own: readonly string[]) =>
      runCli(["evaluate", ...files, ...own, "--algorithm", "IALS", ...FEW]);

    it("score new items by their properties, and rank them among themselves", async () => {
      const files = parts((_, item) => isFifth(item));
      const [with_, without] = await Promise.all([measure(files, tables), measure(files, [])]);
      expect(with_.stderr).toMatch(
        /10 items have no training data; they are scored by their properties; they are all/,
      );
      expect(with_.json).toMatchObject({ unknown_items: 10 });
      expect(with_.json.metrics["ndcg@5"]).toBeGreaterThan(0.7);
      expect(without.stderr).toContain("10 items have no training data; they count as not found.");
      expect(without.json.metrics["ndcg@5"]).toBe(0);
    });

    it("rank new items among all where known ones are held out, too", async () => {
      const files = parts(
        (user, item) => isFifth(item) || (Number(user.slice(1)) + Number(item.slice(1))) % 6 === 1,
      );
      const [with_, without] = await Promise.all([measure(files, tables), measure(files, [])]);
      expect(with_.stderr).toContain("they are scored by their properties.");
      expect(with_.json.metrics["ndcg@5"]).toBeGreaterThan(without.json.metrics["ndcg@5"] + 0.05);
    });

    it("score new users by their properties", async () => {
      const files = parts((user) => isFifth(user));
      const [with_, without] = await Promise.all([measure(files, tables), measure(files, [])]);
      expect(with_.json).toMatchObject({ cold_users: 16, unknown_items: 0 });
      expect(with_.json.metrics["ndcg@5"]).toBeGreaterThan(without.json.metrics["ndcg@5"] + 0.2);
    });

    it("measure the winner of a study on new items", async () => {
      const files = parts((_, item) => isFifth(item));
      const study = ["--algorithms", "IALS", "--trials", "2", "--json", "--cutoff", "5"];
      const { json, stderr } = await runCli(["tune", ...files, ...tables, ...study]);
      expect(stderr).toContain("10 items have no training data; they are scored by their properties");
      expect(json.test.metrics["ndcg@5"]).toBeGreaterThan(0.6);
    });

    it.each([
      ["items", "cold-items", (_: string, item: string) => isFifth(item)],
      ["users", "cold-users", (user: string) => isFifth(user)],
    ] as const)(
      "decide that a study chooses for new %s where there are no others",
      async (what, scheme, held) => {
        const study = ["--algorithms", "IALS", "--trials", "1", "--json", "--cutoff", "5"];
        const tune = (own: readonly string[]) => runCli(["tune", ...parts(held), ...own, ...study]);
        const [with_, without] = await Promise.all([tune(tables), tune([])]);
        expect(with_.json.split).toMatchObject({ scheme, heldout_ratio: 0.2 });
        expect(with_.stderr).toContain(`All ${what} of the test file are new`);
        expect(without.json.split.scheme).toBe("RG");
      },
    );
  });

  it("take the types of columns that were given", async () => {
    const types = ["--item-features-types", "tags=category:|,code=number"];
    const { stderr } = await evaluate(
      ...tables,
      ...types,
      "--split",
      "RG",
      "--algorithm",
      "FeatureIALS",
      ...FEW,
    );
    expect(stderr).toContain("from tags category, code number");
  });

  it.each([
    [
      "a type that values do not have",
      ["--item-features-types", "tags=number"],
      /item "i0" has "group 0\|all"/,
    ],
    ["a separator of numbers", ["--item-features-types", "code=number:;"], /number has no separator/],
    ["an unknown type", ["--item-features-types", "tags=colour"], /must be one of id, title/],
    [
      "an unknown column",
      ["--item-features-types", "tag=tags"],
      /no column "tag"; the columns are tags, code/,
    ],
    [
      "settings without a table",
      ["--item-features-id", "id"],
      /--item-features-id needs --item-features/,
      false,
    ],
    ["a count for cold items", ["--split", "cold-items", "--n-heldout", "2"], /--n-heldout has no meaning/],
  ] as const)("refuse %s", async (_, args, message, hasTables: boolean = true) => {
    const split = args[0] === "--split" ? [] : ["--split", "RG"];
    const own = hasTables ? tables : [];
    const { status, stderr } = await evaluate(
      ...own,
      ...split,
      ...args,
      "--algorithm",
      "FeatureIALS",
      ...FEW,
    );
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("say which ids do not match", async () => {
    const wrong = put(dir, "wrong.csv", "id,tags\n1.0,a\n2.0,a\n");
    const { stderr } = await evaluate(
      "--item-features",
      wrong,
      "--split",
      "RG",
      "--algorithm",
      "FeatureIALS",
      ...FEW,
    );
    expect(stderr).toMatch(/None of the 48 items in the data have metadata.*"i0".*"1.0"/);
  });
});

describe("features in edgewise tune", () => {
  it("are read by trials, on threads as on one", async () => {
    const study = ["--algorithms", "FeatureIALS", "--trials", "2", "--cutoff", "5", "--json"];
    const [one, two] = await Promise.all(
      ["1", "2"].map((jobs) => runCli(["tune", ...data, ...tables, ...study, "--jobs", jobs])),
    );
    expect(one?.json.best.algorithm).toBe("FeatureIALS");
    expect(two?.json.trials[1].metrics).toEqual(one?.json.trials[1].metrics);
    for (const scheme of ["cold_items", "cold_users"]) {
      expect(one?.json.cold_start[scheme].metrics["ndcg@5"]).toBeGreaterThan(0.6);
      expect(one?.json.cold_start[scheme].test_users).toBeGreaterThan(10);
    }
    const { json } = await runCli(["tune", ...data, ...study]);
    expect(json).not.toHaveProperty("cold_start");
    expect(json.trials[1].metrics).not.toEqual(one?.json.trials[1].metrics);
  });

  // Threads read a split of either kind alike.
  it.each([
    ["cold-items", ["1", "2"]],
    ["cold-users", ["1"]],
  ] as const)("can be tuned for %s", async (split, threads) => {
    const study = ["--algorithms", "FeatureIALS,TopPop", "--trials", "4", "--cutoff", "5", "--json"];
    const [one, two = one] = await Promise.all(
      threads.map((jobs) => runCli(["tune", ...data, ...tables, ...study, "--split", split, "--jobs", jobs])),
    );
    expect(one?.status).toBe(0);
    expect(one?.json.best.algorithm).toBe("FeatureIALS");
    expect(one?.json.best.metrics?.["ndcg@5"] ?? one?.json.best.value).toBeGreaterThan(0.6);
    expect(two?.json.trials[0].metrics).toEqual(one?.json.trials[0].metrics);
  });

  it("decide the weights of a blend for new items and new users, which its users may give again", async () => {
    const study = ["--trials", "12", "--cutoff", "5", "--split", "RG"];
    const { json, stdout } = await runCli(["tune", ...data, ...tables, ...study, "--json"]);
    const weights = Object.keys(json.blend.params).filter((name) => /^cold_(items|users)[.]/.test(name));
    expect([json.blend.isBetter, weights.length > 0], stdout).toEqual([true, true]);
    const params = ["--algorithm", "Blend", "--params", JSON.stringify(json.blend.params)];
    const { status, json: measured } = await evaluate(
      ...tables,
      "--split",
      "RG",
      ...params,
      "--cutoff",
      "5",
      "--json",
    );
    expect(status).toBe(0);
    expect(measured.cold_start.cold_items.metrics["ndcg@5"]).toBeGreaterThan(0.6);
    expect(measured.cold_start.cold_users.metrics["ndcg@5"]).toBeGreaterThan(0.6);
  });

  it.each(["cold-items", "cold-users"])("let a study of %s end in a blend", async (split) => {
    const study = ["--trials", "8", "--cutoff", "5", "--json"];
    const { json } = await runCli(["tune", ...data, ...tables, ...study, "--split", split]);
    const alone = Math.max(...json.trials.map(({ value }: { value: number | null }) => value ?? 0));
    expect(json.blend.value).toBeGreaterThanOrEqual(alone - 0.01);
    expect(json.best.algorithm === "Blend").toBe(json.blend.isBetter);
    expect(Object.keys(json.blend.params).some((name) => name.startsWith("cold_"))).toBe(false);
  });

  it("are needed for a study of new items or users", async () => {
    for (const [split, option] of [
      ["cold-items", "--item-features"],
      ["cold-users", "--user-features"],
    ] as const) {
      const { status, stderr } = await runCli(["tune", ...data, "--split", split]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(`--split ${split} needs ${option}`)]);
    }
    const ratio = ["--split", "cold-items", "--heldout-ratio", "0.2", "--n-heldout", "2"];
    const { status, stderr } = await runCli(["tune", ...data, ...tables, ...ratio]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("n_heldout")]);
  });

  it("keep their columns on threads, for models that weigh columns", async () => {
    const study = ["--algorithms", "Content", "--trials", "4", "--cutoff", "5", "--json"];
    const rows = Array.from(
      { length: 48 },
      (_, item) => `i${item},the film of ${item % 7} and ${item % 5},${item % 4}|x`,
    );
    const films = ["--item-features", put(dir, "films.csv", `id,title,tags\n${rows.join("\n")}\n`)];
    const metrics = await Promise.all(
      ["1", "2"].map(async (jobs) => {
        const { json } = await runCli(["tune", ...data, ...films, ...study, "--jobs", jobs]);
        return json.trials.map((trial: { metrics: unknown }) => trial.metrics);
      }),
    );
    expect(metrics[0]).toHaveLength(4);
    expect(metrics[1]?.[0]).toEqual(metrics[0]?.[0]);
  });
});

describe("features in edgewise train", () => {
  it("are kept in the model file, and change the model", async () => {
    const out = (name: string) => join(dir, name);
    const train = async (name: string, given: readonly string[]) => {
      const args = ["train", ...data, ...given, "--algorithm", "FeatureIALS", "--out", out(name)];
      const { status } = await runCli([...args, "--params", '{"n_components": 4, "train_epochs": 2}'], ENV);
      expect(status).toBe(0);
      const { json } = await runCli(["inspect", "--model", out(name), "--json"], ENV);
      return json.sections as { name: string; length: number }[];
    };
    const [plain, featured] = [await train("plain", []), await train("featured", tables)];
    const named = (sections: typeof plain, prefix: string) =>
      sections.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name);
    expect(named(featured, "item-space")).toContain("item-space.0.idf");
    expect(named(featured, "user-space")).toContain("user-space.0.idf");
    expect(named(featured, "user-features")).toContain("user-features/0.values");
    for (const prefix of ["item-space", "user-space", "user-features"])
      expect(named(plain, prefix)).toEqual([]);
    const mapOf = (sections: typeof plain) => sections.find(({ name }) => name.endsWith("item-map"))?.length;
    expect([mapOf(plain), mapOf(featured)]).toEqual([4, (9 + 1) * 4]);
  });
});

describe("newcomers in edgewise recommend", () => {
  it("get lists of their kind, and new items come where they fit", async () => {
    const model = join(dir, "newcomers");
    const args = ["--algorithm", "FeatureIALS", "--params", '{"n_components": 8, "train_epochs": 6}'];
    expect((await runCli(["train", ...data, ...tables, ...args, "--out", model], ENV)).status).toBe(0);
    const rows = ["id,tags,code", "fresh2,group 2|all,900", "fresh0,group 0|all,901", "i1,group 0|all,1"];
    const fresh = put(dir, "fresh.csv", `${rows.join("\n")}\n`);
    const list = async (limit: number, ...more: string[]) => {
      const args = ["recommend", "--model", model, ...more, "--limit", String(limit), "--json"];
      const { json } = await runCli(args, ENV);
      return (json.items as { item_id: string }[]).map(({ item_id: id }) => id);
    };
    const likes = ["--properties", '{"likes": ["group 2"], "unknown": 1}'];
    const ofGroup = (ids: string[]) =>
      ids.filter((id) => id === "fresh2" || Math.floor(Number(id.slice(1)) / 12) === 2).length;
    expect(ofGroup(await list(14, ...likes))).toBeGreaterThanOrEqual(11);
    const withNew = await list(50, ...likes, "--item-features", fresh);
    // Among all 50 items: those of the group that the person likes come first, new or not.
    expect(withNew).toHaveLength(50);
    expect(withNew.indexOf("fresh2")).toBeLessThan(20);
    expect(withNew.indexOf("fresh0")).toBeGreaterThan(withNew.indexOf("fresh2"));
    const people = put(dir, "people.csv", "id,likes\nnobody,group 2\n");
    expect(ofGroup(await list(14, "--user", "nobody", "--user-features", people))).toBeGreaterThanOrEqual(11);
    const { status, stderr } = await runCli(
      ["recommend", "--model", model, "--user", "other", "--user-features", people],
      ENV,
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('no row of the user "other"')]);
  });
});
