import { expect, it } from "vitest";
import { besideOf } from "../../../web/components/beside.ts";

const VIEW = { width: 400, height: 800 };
const LINE = { width: 100, height: 40 };
const wordAt = (left: number, top: number) => ({ left, top, width: 60, height: 20 });

it("stands above a word, in its middle", () => {
  expect(besideOf(wordAt(200, 300), LINE, VIEW)).toEqual({ left: 180, top: 254 });
});

it("stands below a word that has no room above", () => {
  expect(besideOf(wordAt(200, 30), LINE, VIEW).top).toBe(56);
});

it("never goes beyond an edge, even if it is wider than the window", () => {
  const lefts = [wordAt(0, 300), wordAt(380, 300)].map((word) => besideOf(word, LINE, VIEW).left);
  expect([...lefts, besideOf(wordAt(0, 300), { width: 500, height: 40 }, VIEW).left]).toEqual([8, 292, 8]);
});
