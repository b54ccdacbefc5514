import { describe, expect, it } from "vitest";
import { findAlgorithm, recommenderClassName } from "#contract/algorithm-names.ts";
import { ALGORITHM_NAMES } from "#contract/algorithms.ts";

describe("findAlgorithm", () => {
  it.each(ALGORITHM_NAMES)("knows %s by its name, its class and its optimizer, in any case", (name) => {
    for (const written of [name, recommenderClassName(name), `${name}Optimizer`, ` ${name} `]) {
      expect(findAlgorithm(written)).toBe(name);
      expect(findAlgorithm(written.toLowerCase())).toBe(name);
    }
  });

  it.each([
    ["iALS", "IALS"],
    ["EASE", "DenseSLIM"],
    ["BPRFMRecommender", "BPR"],
    ["GF-CF", "GFCF"],
    ["turbo-cf", "TurboCF"],
    ["PureSVD", "TruncatedSVD"],
    ["Popularity", "TopPop"],
  ])("takes %s for %s", (written, name) => {
    expect(findAlgorithm(written)).toBe(name);
  });

  it.each(["", "Recommender", "BaseRecommender", "constructor", "__proto__", "IALS2", "I ALS"])(
    "does not know %j",
    (written) => {
      expect(findAlgorithm(written)).toBeNull();
    },
  );
});
