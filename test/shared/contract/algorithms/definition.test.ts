import { describe, expect, it } from "vitest";
import { defineAlgorithm } from "#contract/algorithms/definition.ts";
import {
  ALGORITHM_NAMES,
  ALGORITHMS,
  type AlgorithmDefinition,
  BASELINE,
  BLEND_COMPONENTS,
  DEFAULT_STUDY_ALGORITHMS,
} from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";

const WHOLE = {
  name: "Sample",
  aliases: [],
  family: "factors",
  title: "Sample",
  about: "For this test.",
  source: "This test.",
  params: { reg: { kind: "float", default: 1, min: 0, max: 9, search: { low: 1, high: 2 } } },
  paramAliases: {},
  startingPoints: [{ reg: 1 }],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
} as const;

describe("an algorithm's definition", () => {
  it("does not compile if a part is missing", () => {
    expect(defineAlgorithm(WHOLE)).toBe(WHOLE);
    const { family: _family, ...familyless } = WHOLE;
    // @ts-expect-error the family is missing
    defineAlgorithm(familyless);
    const { needsTimes: _times, ...timeless } = WHOLE;
    // @ts-expect-error whether times are needed is missing
    defineAlgorithm(timeless);
    const { needsTables: _tables, ...tableless } = WHOLE;
    // @ts-expect-error whether tables are needed is missing
    defineAlgorithm(tableless);
    const { about: _about, ...unexplained } = WHOLE;
    // @ts-expect-error the sentence for people is missing
    defineAlgorithm(unexplained);
    const { maxItems: _items, ...boundless } = WHOLE;
    // @ts-expect-error the largest catalogue is missing
    defineAlgorithm(boundless);
    const { startingPoints: _starts, ...startless } = WHOLE;
    // @ts-expect-error the starting points are missing
    defineAlgorithm(startless);
    // @ts-expect-error a searched parameter has no value in a starting point
    defineAlgorithm({ ...WHOLE, startingPoints: [{}] });
    // @ts-expect-error no family is called so
    defineAlgorithm({ ...WHOLE, family: "magic" });
  });

  it.each(ALGORITHM_NAMES)("of %s stands under its own name and starts within its ranges", (name) => {
    const { name: own, startingPoints, title, about, source }: AlgorithmDefinition = ALGORITHMS[name];
    expect(own).toBe(name);
    for (const text of [title, about, source]) expect(text).not.toBe("");
    for (const params of startingPoints) expect(parseParams(name, params)).toMatchObject({ ok: true });
  });

  it("has names and aliases that no other algorithm has", () => {
    const all = ALGORITHM_NAMES.flatMap((name) => {
      const { aliases }: AlgorithmDefinition = ALGORITHMS[name];
      return [name.toLowerCase(), ...aliases];
    });
    expect(new Set(all).size).toBe(all.length);
    for (const name of all) expect(name).toMatch(/^[a-z0-9]+$/);
  });

  it("is listed once, in a fixed order", () => {
    expect(ALGORITHM_NAMES.slice(0, -1)).toEqual(BLEND_COMPONENTS);
    expect(ALGORITHM_NAMES.slice(0, 4)).toEqual(["TopPop", "Trending", "CosineKNN", "IALS"]);
    expect(ALGORITHM_NAMES.at(-1)).toBe("Blend");
    expect(BASELINE).toBe("TopPop");
    expect(DEFAULT_STUDY_ALGORITHMS).toEqual(["IALS", "CosineKNN", "TopPop"]);
  });
});
