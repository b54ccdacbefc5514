import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TextIndex } from "#engine/algorithms/content/text-index.ts";
import { englishWordsOf } from "#engine/features/plain-words.ts";
import { wordsOf } from "#engine/features/words.ts";
import { createRandom } from "#engine/random.ts";

const GENRES = ["Drama", "Comedy", "Thriller", "Science Fiction", "Fantasy"];
const PLOTS = [
  "grief secrets family",
  "mistake roommates prank",
  "ransom detective betrayal",
  "signal orbit",
];
const THINGS = ["river", "harbor", "machine", "garden", "mirror", "station", "the orchard"];

/** Short texts that repeat words, so that many cosines are equal. */
function plots(count: number, seed: number): string[] {
  const random = createRandom(seed);
  const pick = (list: readonly string[]) => list[random.below(list.length)];
  return Array.from({ length: count }, () => `${pick(GENRES)} ${pick(PLOTS)} ${pick(THINGS)}`);
}

/** TF-IDF and cosines by the book, all against all; of equal cosines the earlier text comes first. */
function slowly(texts: readonly string[], row: number): { row: number; score: number }[] {
  const words = texts.map(englishWordsOf);
  const vocabulary = [...new Set(words.flat())];
  const vectors = words.map((own) => {
    const vector = vocabulary.map((word) => {
      const rows = words.filter((others) => others.includes(word)).length;
      const count = own.filter((other) => other === word).length;
      return count * (Math.log((1 + texts.length) / (1 + rows)) + 1);
    });
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
  const scores = vectors.map((vector) =>
    vector.reduce((sum, value, at) => sum + value * ((vectors[row] as number[])[at] as number), 0),
  );
  // Sums of the same numbers in another order differ by rounding.
  const rounded = scores.map((score) => Math.round(score * 1e12) / 1e12);
  return rounded
    .map((score, at) => ({ row: at, score }))
    .filter(({ row: at }) => at !== row)
    .sort((a, b) => b.score - a.score || a.row - b.row);
}

describe("an index of texts", () => {
  it("weighs words by how few texts have them", () => {
    const index = TextIndex.build(["red river", "red lake", "blue lake"], englishWordsOf);
    // ln(4 / 3) + 1 for a word of two texts, ln(4 / 2) + 1 for one of a single text.
    const [common, rare] = [1.287682, 1.693147];
    const length = Math.sqrt(common ** 2 + rare ** 2);
    expect(index.similarTo(0, 5)).toEqual([
      { row: 1, score: expect.closeTo(common ** 2 / (length * Math.sqrt(2) * common), 5) },
      { row: 2, score: 0 },
    ]);
  });

  it.each([1, 2, 3])("orders all texts as exact cosines do, equal ones as in the table", (seed) => {
    const texts = plots(80, seed);
    const index = TextIndex.build(texts, englishWordsOf);
    for (let row = 0; row < texts.length; row += 7) {
      const expected = slowly(texts, row);
      const found = index.similarTo(row, texts.length);
      expect(found.map((one) => one.row)).toEqual(expected.map((one) => one.row));
      for (const [at, { score }] of found.entries()) expect(score).toBeCloseTo(expected[at]?.score ?? -1, 6);
    }
  });

  it("answers as many as are asked for, and never the text itself", () => {
    const index = TextIndex.build(plots(20, 4), englishWordsOf);
    for (const [count, expected] of [
      [0, 0],
      [3, 3],
      [500, 19],
    ] as const) {
      const found = index.similarTo(5, count);
      expect(found).toHaveLength(expected);
      expect(found.map(({ row }) => row)).not.toContain(5);
    }
    expect(() => index.similarTo(20, 1)).toThrow(RangeError);
    expect(() => index.similarTo(-1, 1)).toThrow(RangeError);
  });

  it("gives texts without words the order of the table", () => {
    const index = TextIndex.build(["", "a b", "river", "!?"], englishWordsOf);
    expect(index.similarTo(0, 9).map(({ row, score }) => [row, score])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
  });

  it("finds texts that write no blanks", () => {
    const index = TextIndex.build(["夜に駆ける少女", "東京の物語", "夜の東京"], wordsOf);
    expect(index.similarTo(2, 2).map(({ row }) => row)).toEqual([1, 0]);
  });

  it("answers the same once stored, and refuses damaged sections", () => {
    const index = TextIndex.build(plots(40, 5), englishWordsOf);
    const stored = index.sections("films");
    expect(TextIndex.restore(stored, "films").similarTo(9, 40)).toEqual(index.similarTo(9, 40));
    for (const at of stored.keys()) {
      const { name, data } = stored[at] as (typeof stored)[number];
      for (const bad of [stored.toSpliced(at, 1), stored.with(at, { name, data: data.slice(1) })]) {
        expect(() => TextIndex.restore(bad, "films")).toThrow(
          expect.objectContaining({ code: "BAD_ARTIFACT" }),
        );
      }
    }
  });
});

/** The folder of AiREC's recorded exchanges; they are not part of the project. */
const RECORDED = process.env.EDGEWISE_AIREC;

describe.runIf(RECORDED)("the recorded answers of AiREC", () => {
  it("are given in the same order", () => {
    const [base = "", films = ""] = [RECORDED, join(RECORDED ?? "", "fixtures/films.csv")];
    const rows = readFileSync(films, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    const index = TextIndex.build(
      rows.map(([, , genre, summary]) => `${genre} ${summary}`),
      englishWordsOf,
    );
    const lists = readFileSync(join(base, "04-recommendations.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(
        ({ group, query }) => group === "content" && rows.some(([, title]) => title === query.item_title),
      );
    const answered = lists.map(({ query, response_body: { recommendations } }) => {
      const wanted = recommendations?.filter((one: unknown) => typeof one === "object") ?? [];
      const row = rows.findIndex(([, title]) => title === query.item_title);
      const found = index.similarTo(row, wanted.length).map(({ row: at }) => rows[at]?.[0]);
      return [wanted.map(({ film_id }: { film_id: string }) => film_id), found];
    });
    expect(answered.length).toBeGreaterThan(5);
    for (const [wanted, found] of answered) expect(found).toEqual(wanted);
  });
});
