import { describe, expect, it } from "vitest";
import { blendParts, isBlendName, ownSegments } from "../../../../web/features/algorithms/blend-parts.ts";

describe("the parts of a blend", () => {
  it("are the weighed algorithms, the heaviest first, each with its own settings", () => {
    const parameters = {
      int8_factors: true,
      "weight.DegreeKNN": 0.4,
      "weight.IALS": 0.6,
      "weight.TopPop": 0,
      "IALS.n_components": 128,
      "IALS.alpha0": 0.01,
      "DegreeKNN.top_k": 100,
      "TopPop.unused": 1,
    };
    expect(blendParts(parameters)).toEqual([
      {
        algorithm: "IALS",
        weights: { warm: 0.6, coldItems: 0, coldUsers: 0 },
        settings: [
          ["n_components", 128],
          ["alpha0", 0.01],
        ],
      },
      {
        algorithm: "DegreeKNN",
        weights: { warm: 0.4, coldItems: 0, coldUsers: 0 },
        settings: [["top_k", 100]],
      },
    ]);
  });

  it("may have irspack's class names", () => {
    const parts = blendParts({ "weight.CosineKNNRecommender": 3, "CosineKNNRecommender.top_k": 20 });
    expect(parts[0]).toMatchObject({
      algorithm: "CosineKNN",
      weights: { warm: 3 },
      settings: [["top_k", 20]],
    });
  });

  it("have weights of their own for new items and new people, where the configuration has some", () => {
    const parts = blendParts({
      ...{ "weight.DegreeKNN": 0, "weight.IALS": 1, "weight.FeatureIALS": 2 },
      ...{ "cold_items.FeatureIALS": 1, "cold_items.Content": 0.5 },
    });
    expect(parts.map(({ algorithm, weights }) => [algorithm, weights.warm, weights.coldItems])).toEqual([
      ["FeatureIALS", 2, 1],
      ["IALS", 1, 0],
      ["Content", 0, 0.5],
    ]);
    expect([ownSegments(parts), ownSegments(blendParts({}))]).toEqual([["coldItems"], []]);
  });

  it("are the default parts where the configuration weighs none", () => {
    expect(blendParts({}).map(({ algorithm, weights }) => [algorithm, weights.warm])).toEqual([
      ["IALS", 1],
      ["DegreeKNN", 1],
    ]);
  });
});

it("recognises a blend by each of its names, and no other algorithm", () => {
  expect([isBlendName("Blend"), isBlendName("IALS"), isBlendName("unknown"), isBlendName(null)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
