import { beforeAll, describe, expect, it } from "vitest";
import type { IngestionReport } from "../../../../shared/contract/ingestion.ts";
import { buildDataset } from "../../../../shared/engine/data/build/build-dataset.ts";
import { readMetadata } from "../../../../shared/engine/data/build/read-metadata.ts";
import type { Dataset } from "../../../../shared/engine/data/dataset.ts";
import { metadataOf, metadataSections } from "../../../../shared/engine/data/item-metadata.ts";
import { generateSample, SAMPLE_COLUMNS } from "../../../../shared/engine/sample/generate-sample.ts";
import { bytesOf, effects } from "../data/files.ts";

const ENDS_AT = Date.UTC(2025, 5, 1);

async function* encoded(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytesOf(text);
}

const textOf = (texts: Iterable<string>): string => [...texts].join("");

const build = (interactions: Iterable<string>) =>
  buildDataset({ name: "sample.csv", bytes: encoded(interactions) }, { ...effects, columns: SAMPLE_COLUMNS });

/** The last fifth of each user's items is held out, by time. */
function splitLast(dataset: Dataset): { train: number[][]; test: Set<number>[] } {
  const { userItems, times } = dataset;
  const train: number[][] = [];
  const test: Set<number>[] = [];
  for (let user = 0; user < userItems.rowCount; user++) {
    const [start, end] = [userItems.indptr[user] ?? 0, userItems.indptr[user + 1] ?? 0];
    const entries = Array.from({ length: end - start }, (_, at) => start + at);
    entries.sort((a, b) => (times?.[a] ?? 0) - (times?.[b] ?? 0));
    const items = entries.map((entry) => userItems.indices[entry] ?? 0);
    const kept = Math.ceil(items.length * 0.8);
    train.push(items.slice(0, kept));
    test.push(new Set(items.slice(kept)));
  }
  return { train, test };
}

function ndcgAt10(
  train: number[][],
  test: Set<number>[],
  itemCount: number,
  score: (user: number) => Float64Array,
) {
  let sum = 0;
  for (const [user, held] of test.entries()) {
    const scores = score(user);
    for (const item of train[user] ?? []) scores[item] = Number.NEGATIVE_INFINITY;
    const top = Array.from({ length: itemCount }, (_, item) => item)
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
      .slice(0, 10);
    const gain = top.reduce((total, item, rank) => total + (held.has(item) ? 1 / Math.log2(rank + 2) : 0), 0);
    let ideal = 0;
    for (let rank = 0; rank < Math.min(10, held.size); rank++) ideal += 1 / Math.log2(rank + 2);
    sum += ideal > 0 ? gain / ideal : 0;
  }
  return sum / test.length;
}

/** ndcg@10 of popularity and of a plain cosine item kNN. */
function qualities(dataset: Dataset): { popularity: number; knn: number } {
  const { train, test } = splitLast(dataset);
  const itemCount = dataset.items.size;
  const counts = new Float64Array(itemCount);
  const together = new Float64Array(itemCount * itemCount);
  for (const items of train) {
    for (const a of items) {
      counts[a] = (counts[a] ?? 0) + 1;
      for (const b of items) together[a * itemCount + b] = (together[a * itemCount + b] ?? 0) + 1;
    }
  }
  const knnScores = (user: number) => {
    const scores = new Float64Array(itemCount);
    for (const a of train[user] ?? []) {
      for (let b = 0; b < itemCount; b++) {
        const common = together[a * itemCount + b] ?? 0;
        if (common > 0)
          scores[b] = (scores[b] ?? 0) + common / (Math.sqrt((counts[a] ?? 0) * (counts[b] ?? 0)) + 1);
      }
    }
    return scores;
  };
  return {
    popularity: ndcgAt10(train, test, itemCount, () => counts.slice()),
    knn: ndcgAt10(train, test, itemCount, knnScores),
  };
}

describe("generateSample", () => {
  let interactions: readonly string[];
  let items: readonly string[];
  let dataset: Dataset;
  let report: IngestionReport;

  beforeAll(async () => {
    const { interactionsCsv, itemsCsv } = generateSample(1, ENDS_AT);
    interactions = [...interactionsCsv];
    items = [...itemsCsv];
    ({ dataset, report } = await build(interactions));
  });

  it("is the same for the same seed and another for another", () => {
    const again = generateSample(1, ENDS_AT);
    expect(textOf(interactions) === textOf(again.interactionsCsv)).toBe(true);
    expect(textOf(items) === textOf(again.itemsCsv)).toBe(true);
    const fewFans = (seed: number, endsAt: number) => {
      const { interactionsCsv } = generateSample(seed, endsAt);
      return [1, 2, 3].map(() => interactionsCsv.next().value).join("");
    };
    expect(fewFans(2, ENDS_AT)).not.toBe(fewFans(1, ENDS_AT));
    expect(fewFans(1, ENDS_AT + 1000)).not.toBe(fewFans(1, ENDS_AT));
  });

  it("has 500 fans who view, like and comment, within 180 days", () => {
    expect(report.users).toBe(500);
    expect(report.rejected_rows).toBe(0);
    expect(report.items).toBeGreaterThan(1600);
    expect(Date.parse(report.last_at ?? "")).toBeLessThanOrEqual(ENDS_AT);
    expect(Date.parse(report.first_at ?? "")).toBeGreaterThan(ENDS_AT - 180 * 86_400_000);
    const lines = textOf(interactions).split("\n").slice(1, -1);
    const share = (type: string) =>
      lines.filter((line) => line.includes(`,${type},`)).length / report.interactions;
    expect(share("view")).toBe(1);
    expect(share("like")).toBeGreaterThan(0.1);
    expect(share("like")).toBeLessThan(0.3);
    expect(share("comment")).toBeGreaterThan(0.05);
    expect(share("comment")).toBeLessThan(0.15);
    expect(lines.every((line) => /,(view,1|like,3|comment,5),20/.test(line))).toBe(true);
  });

  it("describes 2,016 posts, each with its own title, and shows none before it was made", async () => {
    const { metadata, report: described } = await readMetadata(
      { name: "items.csv", bytes: encoded(items) },
      { ...effects, columns: { item: "item_id" } },
    );
    expect([described.items, described.columns.map(({ name }) => name)]).toEqual([
      2016,
      ["title", "idol", "community", "tags", "created_at"],
    ]);
    const reader = metadataOf(metadataSections(metadata));
    const records = Array.from({ length: 2016 }, (_, at) =>
      reader.find(`post-${String(at + 1).padStart(4, "0")}`),
    );
    expect(new Set(records.map((record) => record?.title)).size).toBe(2016);
    expect(new Set(records.map((record) => record?.community)).size).toBe(24);
    const early = textOf(interactions)
      .split("\n")
      .slice(1, -1)
      .filter((line) => {
        const [, item = "", , , at = ""] = line.split(",");
        return !(at >= String(reader.find(item)?.created_at));
      });
    expect(early).toEqual([]);
  });

  it("has tastes that a model finds: item kNN beats popularity by half on the last fifth of each fan", () => {
    const { popularity, knn } = qualities(dataset);
    expect(popularity).toBeGreaterThan(0.01);
    expect(knn).toBeGreaterThan(1.5 * popularity);
  });
});
