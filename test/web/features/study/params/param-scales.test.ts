import { describe, expect, it } from "vitest";
import { ownParams, paramScales, toPoints, unitOf } from "#web/features/study/params/param-scales.ts";
import { trial } from "../../../factories.ts";

const ials = (number: number, params: Record<string, number>) => trial(number, { algorithm: "IALS", params });

describe("paramScales", () => {
  it("takes the searched range, widened by what was tried, on the searched kind of axis", () => {
    const scales = paramScales("IALS", [
      ials(0, { "IALS.n_components": 64, "IALS.reg": 0.01 }),
      ials(1, { "IALS.n_components": 400, "IALS.reg": 0.02 }),
    ]);
    expect(scales).toEqual([
      { name: "n_components", choices: null, low: 4, high: 400, isLog: true, hasNull: false },
      { name: "reg", choices: null, low: 1e-4, high: 0.1, isLog: true, hasNull: false },
    ]);
  });

  it("leaves out what is learned, and what never differs", () => {
    const rows = [
      ials(0, { n_components: 8, reg: 0.01, train_epochs: 3 }),
      ials(1, { n_components: 16, reg: 0.01, train_epochs: 9 }),
    ];
    expect(paramScales("IALS", rows).map(({ name }) => name)).toEqual(["n_components"]);
  });

  it("keeps choices in the order of their definition, and only those that were tried", () => {
    const rows = ["TF_IDF", "NONE"].map((feature_weighting, at) =>
      trial(at, { algorithm: "CosineKNN", params: { feature_weighting } }),
    );
    expect(paramScales("CosineKNN", rows)[0]).toMatchObject({ choices: ["NONE", "TF_IDF"] });
  });

  it("reads the parameters of an unknown algorithm as they are", () => {
    const rows = [1, 3].map((depth, at) => trial(at, { algorithm: "Other", params: { depth } }));
    expect(paramScales("Other", rows)).toMatchObject([{ name: "depth", low: 1, high: 3, isLog: false }]);
  });
});

describe("unitOf", () => {
  const number = { name: "x", choices: null, low: 1, high: 100, isLog: true, hasNull: false };
  it.each([
    ["the middle of a logarithmic range", number, 10, 0.5],
    ["the end of a range", number, 100, 1],
    ["an absent value", number, undefined, null],
    ["the end of the numbers where a value may be no limit", { ...number, hasNull: true }, 100, 0.9],
    ["no limit", { ...number, hasNull: true }, null, 0.96],
    ["the middle of a choice", { ...number, choices: ["a", "b"] }, "b", 0.75],
    ["a choice that is not there", { ...number, choices: ["a", "b"] }, "c", null],
  ])("places %s", (_, scale, value, unit) => {
    if (unit === null) expect(unitOf(scale, value)).toBeNull();
    else expect(unitOf(scale, value)).toBeCloseTo(unit, 12);
  });
});

it("names parameters without their algorithm", () => {
  const params = { algorithm: "IALS", "IALS.reg": 1, alpha0: 2, IALS_nu: 3 };
  expect(ownParams({ algorithm: "IALS", params })).toEqual({ reg: 1, alpha0: 2, nu: 3 });
});

it("puts a trial without a parameter into the middle", () => {
  const rows = [ials(0, { reg: 1e-4 }), ials(1, { reg: 1e-1 }), ials(2, {})];
  const { columns, values } = toPoints(paramScales("IALS", rows), rows);
  expect([...(columns[0] ?? [])]).toEqual([0, 1, 0.5]);
  expect([...values]).toEqual(rows.map(({ value }) => value));
});
