import { expect, it } from "vitest";
import { algorithmsOfKind } from "../../../../web/features/tuning/model-kinds.ts";

const USUAL = ["IALS", "DegreeKNN", "FeatureIALS", "Content"] as const;

it("lets the job choose where nobody chooses", () => {
  expect(algorithmsOfKind("automatic", USUAL)).toBeNull();
});

it("divides the algorithms by what they read", () => {
  expect(algorithmsOfKind("collaborative", USUAL)).toEqual(["IALS", "DegreeKNN"]);
  expect(algorithmsOfKind("content", USUAL)).toContain("Content");
  expect(algorithmsOfKind("content", USUAL)).not.toContain("FeatureIALS");
  expect(algorithmsOfKind("hybrid", USUAL)).toContain("FeatureIALS");
  expect(algorithmsOfKind("hybrid", USUAL)).not.toContain("Content");
  expect(algorithmsOfKind("hybrid", USUAL)).not.toContain("IALS");
});

it("compares vectors only where the project has some", () => {
  expect(algorithmsOfKind("content", USUAL)).toEqual(["Content"]);
  expect(algorithmsOfKind("content", [...USUAL, "Embedding"])).toEqual(
    expect.arrayContaining(["Content", "Embedding"]),
  );
});
