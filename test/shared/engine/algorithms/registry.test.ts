import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, ALGORITHM_PARAMS } from "#contract/algorithms.ts";
import type { Algorithm } from "#engine/algorithms/fit/algorithm.ts";
import { cosineKnn } from "#engine/algorithms/item-knn/cosine-knn.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";

describe("an algorithm of the engine", () => {
  it("does not compile if a part is missing", () => {
    const whole: Algorithm = cosineKnn;
    const { cost: _cost, ...costless } = whole;
    // @ts-expect-error what a fit costs is missing
    const first: Algorithm = costless;
    const { epochs: _epochs, ...aimless } = whole;
    // @ts-expect-error how epochs go is missing
    const second: Algorithm = aimless;
    const { planSearch: _plan, ...planless } = whole;
    // @ts-expect-error where a study searches is missing
    const third: Algorithm = planless;
    const { storedUserRows: _rows, ...forgetful } = whole;
    // @ts-expect-error which sections hold rows of users is missing
    const fourth: Algorithm = forgetful;
    const { seconds: _seconds, ...timeless } = whole.cost;
    // @ts-expect-error the seconds of a fit are missing
    const fifth: Algorithm = { ...whole, cost: timeless };
    expect([first, second, third, fourth, fifth]).toHaveLength(5);
  });

  it.each(ALGORITHM_NAMES)("%s is registered under its own name", (name) => {
    expect(algorithmOf(name).name).toBe(name);
  });

  it.each(ALGORITHM_NAMES)("%s has epochs where they are among its parameters", (name) => {
    expect(algorithmOf(name).epochs !== null).toBe("train_epochs" in ALGORITHM_PARAMS[name]);
  });
});
