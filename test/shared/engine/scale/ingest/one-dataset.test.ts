/** A file gives the same dataset and the same report in one go and in shards, however it is cut. */
import { describe, expect, it } from "vitest";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import type { DatasetRules } from "#engine/data/dataset-rules.ts";
import { createRandom, type Random } from "#engine/random.ts";
import { bytesOf, COLUMNS, gzip, type IngestOptions, ingest, refusal } from "../../data/files.ts";
import { ingestSharded, shardedRefusal } from "./sharded.ts";

const BLOCK_BYTES = 1500;

/** Cuts of a file of some bytes into about 1, 3 and 17 ranges, with as many partitions. */
const cutsOf = (bytes: number) =>
  [1, 3, 17].map((shards) => ({
    rangeBytes: Math.ceil(bytes / shards),
    partitionBytes: Math.ceil(bytes / shards),
    fragmentRows: 40,
    blockBytes: BLOCK_BYTES,
    taskBlocks: shards === 1 ? 1 : 3,
  }));

async function expectSame(file: string | Uint8Array, options: IngestOptions): Promise<void> {
  const bytes = typeof file === "string" ? bytesOf(file) : file;
  const { dataset, report } = await ingest(bytes, options);
  const whole = datasetSections(dataset, BLOCK_BYTES);
  for (const sizes of cutsOf(bytes.length)) {
    const sharded = await ingestSharded(bytes, { ...options, sizes });
    expect(sharded.sections).toEqual(whole);
    expect(sharded.report).toEqual(report);
  }
}

async function expectSameRefusal(file: string, options: IngestOptions): Promise<void> {
  const whole = await refusal(file, options);
  for (const sizes of cutsOf(bytesOf(file).length)) {
    const { code, message } = await shardedRefusal(file, { ...options, sizes });
    expect({ code, message }).toEqual({ code: whole.code, message: whole.message });
  }
}

const USERS = ["u", "Ä-", "日", "user-1"];

/** A cell that may be anything: ids with line breaks and quotes, empty ones, words for nothing. */
function idOf(random: Random, count: number, hasQuotes: boolean): string {
  const id = `${USERS[random.below(USERS.length)]}${random.below(count)}`;
  const kind = random.below(40);
  if (kind === 0) return "";
  if (kind === 1) return "NULL";
  if (kind === 2) return ` ${id} `;
  if (!hasQuotes || kind > 8) return id;
  return `"${id}, ""so""${kind < 6 ? "\nit says" : ""}"`;
}

function rowOf(random: Random, hasQuotes: boolean): string {
  const weight = random.below(30) === 0 ? "many" : (random.below(40) - 6) / 4;
  const day = random.below(400) === 0 ? 20_000 + random.below(20_000) : 19_000 + random.below(60);
  const time = random.below(50) === 0 ? "soon" : new Date(day * 86_400_000 + random.below(1e6)).toISOString();
  const cells = [idOf(random, 40, hasQuotes), idOf(random, 25, hasQuotes), weight, time];
  return (random.below(60) === 0 ? [...cells, "more"] : cells).join(",");
}

function csvOf(seed: number, rowCount: number, { hasQuotes = false, lineEnd = "\n" } = {}): string {
  const random = createRandom(seed);
  const rows = Array.from({ length: rowCount }, () => {
    if (random.below(100) === 0) return "user,item,weight,time";
    return random.below(100) === 0 ? "" : rowOf(random, hasQuotes);
  });
  return `user,item,weight,time${lineEnd}${rows.join(lineEnd)}${seed % 2 === 0 ? lineEnd : ""}`;
}

const RULES: readonly DatasetRules[] = [
  {},
  { duplicates: "last" },
  { duplicates: "max", maxWeight: 3 },
  { duplicates: "binary", halfLifeMs: 5 * 86_400_000 },
  { capQuantile: 0.7, halfLifeMs: 20 * 86_400_000 },
];

describe("a file in shards", () => {
  it.each(RULES.map((rules, seed) => ({ rules, seed })))(
    "is the same dataset with $rules",
    async ({ rules, seed }) => {
      await expectSame(csvOf(seed, 600), { columns: COLUMNS, rules });
    },
  );

  it.each([10, 11, 12, 13, 14, 15])("is the same with cells over several lines (seed %i)", async (seed) => {
    await expectSame(csvOf(seed, 300, { hasQuotes: true }), { columns: COLUMNS });
  });

  it("is the same where a cut fell into a cell whose lines look like rows", async () => {
    const note = `"${"note\n"}${"u3,i4\n".repeat(9)}the end, at last"`;
    const file = `user,item\n${`u1,i2\nu2,${note}\n`.repeat(40)}`;
    const { work } = await ingestSharded(file, { sizes: { rangeBytes: 500 } });
    const stored = (name: string) => JSON.parse(new TextDecoder().decode(work.store.objects.get(name)));
    expect(stored("join").ranges.length).toBeLessThan(stored("survey").starts.length - 1);
    await expectSame(file, {});
  });

  it("is the same without times, where the last repeat in the file counts", async () => {
    await expectSame(csvOf(20, 500), {
      columns: { user: "user", item: "item", weight: "weight" },
      rules: { duplicates: "last" },
    });
  });

  it("is the same with the line ends of Windows, a byte order mark and no header", async () => {
    await expectSame(`\ufeff${csvOf(21, 300, { lineEnd: "\r\n" })}`, { columns: COLUMNS });
    const rows = Array.from({ length: 300 }, (_, at) => `u${at % 31}\ti${at % 17}\t${at % 5}`).join("\n");
    await expectSame(rows, { name: "x.tsv", columns: { user: "1", item: "2", weight: "3", header: false } });
  });

  it("is the same as lines of JSON, with broken ones", async () => {
    const random = createRandom(5);
    const lines = Array.from({ length: 400 }, () => {
      const row = { user: `u${random.below(30)}`, item: `i${random.below(20)}`, weight: random.below(9) - 1 };
      const time = 1.7e12 + random.below(1e9);
      return random.below(30) === 0
        ? "{broken"
        : JSON.stringify(random.below(5) === 0 ? row : { ...row, time });
    });
    const columns = { user: "user", item: "item", weight: "weight", time: "time" };
    await expectSame(lines.join("\n"), { name: "x.ndjson", columns });
  });

  it("is the same where the content is read from its beginning: gzip, a list, columns, old line ends", async () => {
    await expectSame(gzip(bytesOf(csvOf(22, 400))), { name: "x.csv.gz", columns: COLUMNS });
    const rows = Array.from({ length: 200 }, (_, at) => ({ user: `u${at % 31}`, item: `i${at % 17}` }));
    await expectSame(JSON.stringify(rows), { name: "x.json" });
    await expectSame(csvOf(23, 200, { lineEnd: "\r" }), { columns: COLUMNS });
  });

  it("is the same beyond the bytes that decide its format", async () => {
    await expectSame(csvOf(24, 4000), { columns: COLUMNS });
  });

  it("is the same with event types and a weight rule", async () => {
    const random = createRandom(6);
    const types = ["view", "buy", "hate", "other"];
    const rows = Array.from(
      { length: 400 },
      () => `u${random.below(30)},i${random.below(20)},${types[random.below(4)]}`,
    );
    const columns = {
      ...{ user: "user", item: "item" },
      event: { column: "type", weights: { view: 1, buy: 5, hate: -1 } },
    };
    await expectSame(`user,item,type\n${rows.join("\n")}`, { columns });
  });
});

describe("a useless file in shards", () => {
  it.each([
    ["a missing column", csvOf(30, 300), { user: "user", item: "item", time: "when" }],
    ["no row with an id", `user,item\n${",x\n".repeat(300)}`, { user: "user", item: "item" }],
    ["weights that are no likes", `user,item,weight\n${"u,i,-1\n".repeat(300)}`, { ...COLUMNS, time: null }],
    [
      "times that cannot be read",
      `user,item,time\n${"u,i,soon\n".repeat(300)}`,
      { ...COLUMNS, weight: null },
    ],
    ["a header alone", "user,item,weight,time\n", COLUMNS],
    ["nothing", "", COLUMNS],
  ])("is refused with the same words: %s", async (_, file, columns) => {
    await expectSameRefusal(file, { columns });
  });

  it("is refused with the line in the file", async () => {
    const bytes = bytesOf(`user,item\n${"u,i\n".repeat(20_000)}`);
    bytes[70_000] = 0xff;
    const whole = await refusal(bytes);
    const sharded = await shardedRefusal(bytes, { sizes: { rangeBytes: 20_000 } });
    expect(sharded.message).toBe(whole.message);
  });
});
