import { afterEach, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { FitInput, Model, Profile } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { SideFeatures } from "#engine/data/side-features.ts";
import { layoutOf } from "#engine/features/feature-layout.ts";
import { matrixOfVectors } from "#engine/features/feature-matrix.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { FeatureSpaceBuilder } from "#engine/features/space-builder.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { copyOf } from "../../../../setup/copy-of.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, runToEnd, scoreProfile } from "../fit-fixture.ts";

describeAlgorithmContract("Content", { min_rows: 1 });

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());

const COLUMNS: readonly FeatureColumn[] = [
  { name: "about", type: "text" },
  { name: "mood", type: "tags", separator: "|" },
  { name: "price", type: "number" },
];

function tableOf(rows: readonly FeatureRow[], columns = COLUMNS) {
  const builder = new FeatureSpaceBuilder(columns);
  for (const row of rows) builder.add(row);
  const space = builder.finish();
  const encode = (some: readonly FeatureRow[]) => ({
    ...matrixOfVectors(
      some.map((row) => encodeRow(space, row)),
      space.size,
    ),
    layout: layoutOf(space),
  });
  return { space, encode, matrix: encode(rows) };
}

const ROWS: readonly FeatureRow[] = [
  { about: "a calm sea", mood: "blue|still", price: 1 },
  { about: "a calm lake", mood: "blue|still", price: 1 },
  { about: "a loud train", mood: "red", price: 90 },
  { about: "a loud street", mood: "red", price: 95 },
  { about: "a sea of noise", mood: "red|still", price: 50 },
  {},
];

function inputWith(features: SideFeatures): FitInput {
  const row = (item: number) => Array.from({ length: ROWS.length }, (_, at) => (at === item ? 1 : 0));
  return { ...inputOf(matrixOf([row(0), row(2), row(2), row(4)]), kernels), features };
}

const fitted = (
  params: AlgorithmParams = {},
  features: SideFeatures = { items: tableOf(ROWS).matrix },
): Model => fitModel("Content", inputWith(features), params);

const profile = (...items: number[]): Profile => ({
  indices: Uint32Array.from(items),
  weights: new Float32Array(items.length).fill(1),
});

function similarTo(model: Model, item: number): number[] {
  const out = new Float32Array(model.itemCount);
  model.similarItemsInto(item, out);
  return [...out];
}

describe("Content", () => {
  it("gives the cosine of tags by TF-IDF", () => {
    const items = matrixOf([
      [1, 1, 0],
      [1, 0, 0],
      [1, 0, 1],
      [0, 1, 0],
    ]);
    const model = fitModel(
      "Content",
      { ...inputOf(matrixOf([[1, 0, 0, 0]]), kernels), features: { items } },
      { min_rows: 1 },
    );
    // ln(5 / 4) + 1 for the tag of three rows, ln(5 / 3) + 1 for that of two, ln(5 / 2) + 1 for that of one.
    const [a, b, c] = [1.223144, 1.510826, 1.916291];
    const length = Math.hypot(a, b);
    const expected = [0, a / length, a ** 2 / length / Math.hypot(a, c), b / length];
    for (const [item, score] of similarTo(model, 0).entries())
      expect(score).toBeCloseTo(expected[item] ?? -1, 5);
  });

  it("finds alike items, and has no opinion of an item that the table lacks", () => {
    const model = fitted();
    expect(similarTo(model, 0).indexOf(Math.max(...similarTo(model, 0)))).toBe(1);
    expect(similarTo(model, 2).indexOf(Math.max(...similarTo(model, 2)))).toBe(3);
    expect(similarTo(model, 0)[5]).toBe(0);
    expect(similarTo(model, 5)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("weighs columns by their kind", () => {
    const byText = fitted({ label_weight: 0, number_weight: 0 });
    const byTags = fitted({ text_weight: 0, number_weight: 0 });
    const byPrice = fitted({ text_weight: 0, label_weight: 0 });
    // Item 4 shares a word with 0, a tag with 2 and 3; its price is nearest to theirs.
    expect(similarTo(byText, 4)[0]).toBeGreaterThan(0);
    expect(similarTo(byText, 4)[2]).toBe(0);
    expect(similarTo(byTags, 2)[3]).toBeCloseTo(1, 5);
    expect(similarTo(byTags, 2)[0]).toBe(0);
    expect(similarTo(byPrice, 0)[1]).toBeCloseTo(1, 5);
    expect(similarTo(byPrice, 0)[3]).toBeLessThan(0.5);
  });

  it("drops words of too many rows and values of too few, not tags of many rows", () => {
    const text = { text_weight: 1, label_weight: 0, number_weight: 0 };
    // "a" stands in all five texts.
    expect(similarTo(fitted({ ...text, max_share: 0.9 }), 0)[3]).toBe(0);
    expect(similarTo(fitted({ ...text, max_share: 1 }), 0)[3]).toBeGreaterThan(0);
    expect(similarTo(fitted({ ...text, max_share: 0.9, min_rows: 3 }), 0)[1]).toBe(0);
    const tags = { text_weight: 0, label_weight: 1, number_weight: 0 };
    expect(similarTo(fitted({ ...tags, max_share: 0.1 }), 2)[3]).toBeGreaterThan(0);
  });

  it.each(["TF_IDF", "BM_25", "NONE"])(
    "scores new items as it scores the same known ones: %s",
    (weighting) => {
      const table = tableOf(ROWS);
      const model = fitted({ weighting, popularity: 0 }, { items: table.matrix });
      const restored = algorithmOf("Content").decode(model.encode(), kernels);
      for (const one of [profile(0), profile(2, 4), profile()]) {
        const known = scoreProfile(model, one);
        const out = new Float32Array(ROWS.length);
        restored.scoreNewItemsInto?.(one, table.encode(ROWS), out);
        for (const [item, score] of known.entries()) expect(out[item]).toBeCloseTo(score, 5);
      }
    },
  );

  it("leaves out what it has never seen in a new item", () => {
    const table = tableOf(ROWS);
    const model = fitted({}, { items: table.matrix });
    const out = new Float32Array(2);
    model.scoreNewItemsInto?.(
      profile(0),
      table.encode([{ about: "夜に駆ける" }, { mood: "still|new" }]),
      out,
    );
    expect(out[0]).toBe(0);
    expect(out[1]).toBeGreaterThan(0);
    const stranger = { ...matrixOf([[0]]), indptr: Uint32Array.of(0, 1), indices: Uint32Array.of(9_999) };
    model.scoreNewItemsInto?.(profile(0), { ...stranger, values: Float32Array.of(1) }, out);
    expect(out[0]).toBe(0);
  });

  it("lists for a user who has no interactions by what users and items have in common", () => {
    const columns: readonly FeatureColumn[] = [{ name: "mood", type: "tags", separator: "|" }];
    const users = tableOf(
      [{ mood: "red" }, { mood: "red|gone" }, { mood: "still|gone" }, { mood: "still" }],
      columns,
    );
    const model = fitted({}, { items: tableOf(ROWS).matrix, users: users.matrix });
    const restored = algorithmOf("Content").decode(model.encode(), kernels);
    expect(restored.readsUserFeatures).toBe(true);
    const scores = scoreProfile(restored, {
      ...profile(),
      features: encodeRow(users.space, { mood: "red" }),
    });
    expect(scores[2]).toBeGreaterThan(0);
    expect(scores[0]).toBe(0);
    // "gone" is no tag of items.
    const unknown = scoreProfile(restored, {
      ...profile(),
      features: encodeRow(users.space, { mood: "gone" }),
    });
    expect([...unknown]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(fitted().readsUserFeatures).toBe(false);
  });

  it("lifts popular items by a power", () => {
    const [plain, lifted] = [0, 1].map((popularity) => scoreProfile(fitted({ popularity }), profile(3)));
    // Item 2 has two users, items 0 and 4 have one: half.
    expect(lifted?.[2]).toBeCloseTo(plain?.[2] ?? -1, 6);
    expect(lifted?.[4]).toBeCloseTo((plain?.[4] ?? -1) / 2, 6);
  });

  describe("ranks new items by the users that items like them have", () => {
    const columns = [{ name: "mood", type: "tags", separator: "|" }] as const;
    const user = 40;
    /** Of 40 items, those of mood `a` have as many users as `ofA` says, those of mood `b` one; the last two have none. */
    const world = (ofA: (item: number) => number) => {
      const rows = Array.from({ length: 42 }, (_, item) => ({
        mood: `${item % 2 ? "b" : "a"}|all|x${item % 7}`,
      }));
      const users = (item: number) => (item >= 40 ? 0 : item % 2 ? 1 : ofA(item));
      const table = tableOf(rows, columns);
      const people = Array.from({ length: user }, (_, at) =>
        rows.map((_row, item) => (at < users(item) ? 1 : 0)),
      );
      const input = { ...inputOf(matrixOf(people), kernels), features: { items: table.matrix } };
      return { table, model: fitModel("Content", input, { max_share: 1 }) };
    };
    const newScores = ({ table, model }: ReturnType<typeof world>, ...known: number[]) => {
      const out = new Float32Array(2);
      model.scoreNewItemsInto?.(profile(...known), table.encode([{ mood: "a|all" }, { mood: "b|all" }]), out);
      return out;
    };

    it("where alike items have alike numbers of users", () => {
      const both = world((item) => 20 + (item % 3));
      const [a = 0, b = 0] = newScores(both, 0, 1);
      expect(a).toBeGreaterThan(1.5 * b);
      const all = scoreProfile(both.model, profile(0, 1));
      expect(all[40]).toBeGreaterThan(all[41] as number);
      const copy = algorithmOf("Content").decode(both.model.encode(), kernels);
      expect([...newScores({ ...both, model: copy }, 0, 1)]).toEqual([a, b]);
    });

    it("not where numbers of users follow from nothing", () => {
      const [a = 0, b = 0] = newScores(
        world((item) => [1, 30, 2, 1, 9][(item / 2) % 5] as number),
        0,
        1,
      );
      const same = newScores(
        world(() => 1),
        0,
        1,
      );
      expect([a, b]).toEqual([...same]);
    });

    it("and reads models from before", () => {
      const known = world((item) => 20 + (item % 3));
      const sections = known.model
        .encode()
        .filter(({ name }) => !name.startsWith("content.expected"))
        .map((one) => (one.name === "content.settings" ? { ...one, data: one.data.slice(0, 8) } : one));
      const old = algorithmOf("Content").decode(sections, kernels);
      expect([...newScores({ ...known, model: old }, 0, 1)]).toEqual([
        ...newScores(
          world(() => 1),
          0,
          1,
        ),
      ]);
    });

    it("and refuses a power that no fit has", () => {
      const sections = world((item) => 20 + (item % 3)).model.encode();
      const broken = sections.map((one) => {
        const data = one.data.slice();
        if (one.name === "content.settings") data[9] = 9;
        return { ...one, data };
      });
      expect(() => algorithmOf("Content").decode(broken, kernels)).toThrow('"content.settings"');
    });
  });

  it("counts features of items with many users more", () => {
    const [plain, lifted] = [0, 1].map((feedback) => similarTo(fitted({ feedback }), 4));
    // Item 4 shares "red" with the item of two users, "still" with that of one.
    const share = (scores: readonly number[] | undefined) => (scores?.[2] ?? 0) / (scores?.[1] ?? 1);
    expect(share(lifted)).toBeGreaterThan(share(plain));
  });

  it("resumes with a layout from any step to the very same model", () => {
    const input = inputWith({ items: tableOf(ROWS).matrix });
    const expected = fitModel("Content", input, {}).encode();
    const whole = algorithmOf("Content").begin(input, {});
    for (; !whole.done; whole.step()) {
      const resumed = algorithmOf("Content").resume(input, {}, copyOf(whole.checkpoint()));
      expect(runToEnd(resumed).encode()).toEqual(expected);
    }
  });

  it("refuses data without a table of items, or with one that says nothing of them", () => {
    const bare = inputOf(matrixOf([[1, 1]]), kernels);
    for (const features of [undefined, {}, { users: matrixOf([[1]]) }, { items: matrixOf([[0], [0]]) }]) {
      expect(() => algorithmOf("Content").begin({ ...bare, features }, {})).toThrow(
        expect.objectContaining({ code: "BAD_DATA", message: expect.stringContaining("Content") }),
      );
    }
  });
});
