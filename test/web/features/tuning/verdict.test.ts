import { describe, expect, it } from "vitest";
import { judge, largestOf, metricName, verdictSentence } from "../../../../web/features/tuning/verdict.ts";

const of = (winner: number, popularity: number) =>
  judge({ winner: { "ndcg@10": winner }, popularity: { "ndcg@10": popularity } }, "ndcg@10");
const sentence = (winner: number, popularity: number) => {
  const verdict = of(winner, popularity);
  return verdict && verdictSentence(verdict, "iALS", false);
};

describe("verdictSentence", () => {
  it.each([
    [0.45, 0.2, "iALS is 2.3 times as good as showing everyone the most popular items."],
    [0.24, 0.2, "iALS is 20% better than showing everyone the most popular items."],
    [0.2001, 0.2, "iALS does as well as showing everyone the most popular items."],
    [0.1, 0.2, "iALS does worse than showing everyone the most popular items."],
    [0.1, 0, "iALS finds what popularity alone never does."],
    [0, 0, "iALS does as well as showing everyone the most popular items."],
  ])("of %d against %d", (winner, popularity, text) => expect(sentence(winner, popularity)).toBe(text));
});

describe("verdictSentence of figures with intervals", () => {
  const judged = (low: number) =>
    judge(
      {
        winner: { "ndcg@10": 0.3 },
        popularity: { "ndcg@10": 0.2 },
        intervals: {
          winner: { "ndcg@10": { low, high: 0.4 } },
          popularity: { "ndcg@10": { low: 0.1, high: 0.25 } },
        },
      },
      "ndcg@10",
    );
  it("calls neither better where they overlap", () => {
    const verdict = judged(0.24);
    expect(verdict?.outcome).toBe("unclear");
    expect(verdict && verdictSentence(verdict, "iALS", false)).toMatch(
      /^On this test data, iALS is not measurably better than/,
    );
    expect(judged(0.26)?.outcome).toBe("better");
  });
});

describe("verdictSentence of popularity itself", () => {
  it("does not compare it with itself", () => {
    const verdict = of(0.2, 0.2);
    expect(verdict && verdictSentence(verdict, "Popularity", true)).toMatch(/^No algorithm did better/);
  });
});

describe("judge", () => {
  it("says nothing where the metric was not measured", () => {
    expect(judge({ winner: {}, popularity: {} }, "ndcg@10")).toBeNull();
  });
});

describe("metricName", () => {
  it("falls back to the one metric there is", () => {
    expect(metricName("ndcg", 10, { "ndcg@10": 1 })).toBe("ndcg@10");
    expect(metricName("ndcg", 10, { ndcg: 1 })).toBe("ndcg");
    expect(metricName("ndcg", 10, {})).toBe("ndcg@10");
  });
});

it("draws the bars by the largest value, also where the live version is ahead", () => {
  const metrics = { winner: { "ndcg@10": 0.3 }, popularity: { "ndcg@10": 0.1 } };
  expect(largestOf(metrics, "ndcg@10")).toBe(0.3);
  expect(largestOf({ ...metrics, serving: { "ndcg@10": 0.4 } }, "ndcg@10")).toBe(0.4);
  expect(largestOf(metrics, "recall@10")).toBe(0);
});
