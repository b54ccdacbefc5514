import { describe, expect, it } from "vitest";
import { initialsOf, pictureOf, tileColour } from "#web/features/inspect/item-picture.ts";
import { overlapOf } from "#web/features/inspect/overlap.ts";
import { isAsked, itemsValue, questionOf } from "#web/features/inspect/question.ts";

describe("questionOf", () => {
  it("reads back the items that an address was written with, also with commas and escapes", () => {
    const itemIds = ["a", "b,c", "100%", "%2C"];
    expect(questionOf({ items: itemsValue(itemIds) }).itemIds).toEqual(itemIds);
    expect(itemsValue([])).toBeUndefined();
  });

  it("asks for nobody where the address names nobody", () => {
    const question = questionOf({ mode: "other", model: "x" });
    expect(question).toMatchObject({ mode: "person", userId: "", modelId: null, otherId: null });
    expect(isAsked(question)).toBe(false);
  });

  it.each([
    [{ user: "ann" }, true],
    [{ mode: "session", user: "ann" }, false],
    [{ mode: "session", items: "1" }, true],
    [{ mode: "item", items: "1" }, false],
    [{ mode: "item", item: "1" }, true],
  ])("decides by its mode whether %j asks", (address, asks) => {
    expect(isAsked(questionOf(address))).toBe(asks);
  });
});

describe("pictureOf", () => {
  it.each([
    [
      "a column that is named after pictures",
      { site: "https://a.example/x", poster_url: "https://a.example/p" },
      "https://a.example/p",
    ],
    [
      "a file that ends like a picture",
      { link: "https://a.example/x", more: "https://a.example/y.webp?v=1" },
      "https://a.example/y.webp?v=1",
    ],
    ["a path of this site", { image: "/films/1.jpg" }, "/films/1.jpg"],
    [
      "no address of another kind",
      { image: "javascript:alert(1)", cover: "http://a.example/1.png", img: "//a.example/1.png" },
      null,
    ],
    ["nothing without a row", undefined, null],
  ])("finds %s", (_, row, address) => {
    expect(pictureOf(row)).toBe(address);
  });
});

it("gives an item without a picture letters and one colour", () => {
  expect(initialsOf("[Holiday] the sea")).toBe("HT");
  expect(initialsOf("東京 物語")).toBe("東物");
  expect(initialsOf("…")).toBe("");
  expect(tileColour("42")).toBe(tileColour("42"));
  expect(tileColour("42")).toMatch(/^series-[1-9]$/);
});

it("counts what two lists share, of the shorter one", () => {
  const list = (...ids: string[]) => ids.map((item_id) => ({ item_id }));
  const { shared, of } = overlapOf(list("a", "b", "c"), list("c", "a"));
  expect([[...shared], of]).toEqual([["a", "c"], 2]);
});
