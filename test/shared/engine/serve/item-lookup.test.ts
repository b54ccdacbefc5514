import { describe, expect, it } from "vitest";
import { readMetadata } from "../../../../shared/engine/data/build/read-metadata.ts";
import { metadataOf, metadataSections } from "../../../../shared/engine/data/item-metadata.ts";
import { ItemLookup, lookupSections, titleColumn } from "../../../../shared/engine/serve/item-lookup.ts";
import { bytesOf, chunks, effects } from "../data/files.ts";

const FILMS = `id,title,genre,plot,year
7,Heat,Crime,robbery detective night,1995
8,Up,Family,balloon house journey,2009
9,Heat,Comedy,detective partner joke,2013
10,Night Call,Crime,detective night camera,2014
11,1984,Drama,party language,1984
`;

async function lookupOf(text = FILMS, columns = { id: "id", title: "title", texts: ["genre", "plot"] }) {
  const source = { name: "films.csv", bytes: chunks(bytesOf(text)) };
  const { metadata } = await readMetadata(source, { ...effects, columns: { item: "id" } });
  const sections = metadataSections(metadata);
  const all = [...sections, ...lookupSections(sections, columns)];
  return ItemLookup.of(all, metadataOf(all)) as ItemLookup;
}

const idsOf = (list: readonly { readonly itemId: string }[]) => list.map(({ itemId }) => itemId);

describe("ItemLookup", () => {
  it("finds all items of a title, and the title of an item", async () => {
    const lookup = await lookupOf();
    expect(lookup.titled("Heat")).toEqual(["7", "9"]);
    expect(lookup.titled("1984")).toEqual(["11"]);
    expect(lookup.titled("heat")).toEqual([]);
    expect([lookup.titleOf("8"), lookup.titleOf("11"), lookup.titleOf("none")]).toEqual(["Up", "1984", ""]);
  });

  it("lists what shares words first, then all others in the order of the file", async () => {
    const lookup = await lookupOf();
    const list = lookup.similarTo("Up", 9);
    expect(idsOf(list)).toEqual(["7", "9", "10", "11"]);
    expect(list.every(({ score }) => score === 0)).toBe(true);
    expect(idsOf(lookup.similarTo("Night Call", 9))).toEqual(["7", "9", "8", "11"]);
  });

  it("answers for a title of two items with what is near to either, and with neither of them", async () => {
    const list = (await lookupOf()).similarTo("Heat", 9);
    expect(idsOf(list)).toEqual(["10", "8", "11"]);
    expect(list[0]?.score).toBeGreaterThan(0.3);
  });

  it("has nothing for an unknown title, and no more than is asked for", async () => {
    const lookup = await lookupOf();
    expect(lookup.similarTo("Nothing", 5)).toEqual([]);
    expect(lookup.similarTo("Heat", 1)).toHaveLength(1);
    expect(lookup.similarTo("Heat", 0)).toEqual([]);
  });

  it("reads the column of ids as a title or a text, too", async () => {
    const lookup = await lookupOf(FILMS, { id: "id", title: "id", texts: ["plot", "id"] });
    expect(lookup.titled("10")).toEqual(["10"]);
  });

  it("finds titles, and compares nothing, without columns of texts", async () => {
    const lookup = await lookupOf(FILMS, { id: "id", title: "title", texts: [] });
    expect(lookup.titled("Heat")).toEqual(["7", "9"]);
    expect(lookup.similarTo("Heat", 9)).toEqual([]);
  });

  it("is absent from a table that was stored without one", async () => {
    const source = { name: "films.csv", bytes: chunks(bytesOf(FILMS)) };
    const { metadata } = await readMetadata(source, { ...effects, columns: { item: "id" } });
    const sections = metadataSections(metadata);
    expect(ItemLookup.of(sections, metadataOf(sections))).toBeNull();
  });

  it.each([
    [{ title: "name", texts: ["genre"] }, "name"],
    [{ title: "title", texts: ["genre", "tags"] }, "tags"],
  ])("refuses the missing column of %j by name", async (columns, missing) => {
    await expect(lookupOf(FILMS, { id: "id", ...columns })).rejects.toMatchObject({
      code: "BAD_DATA",
      message: expect.stringContaining(`"${missing}"`),
    });
  });
});

describe("the column of titles", () => {
  it.each([
    [["genre", "title", "name"], "title"],
    [["name", "film_title"], "film_title"],
    [["Track Name", "artist"], "Track Name"],
    [["Movie Title"], "Movie Title"],
    [["subtitle", "username", "titles"], null],
    [[], null],
  ])("of %j is %j", (columns, expected) => {
    expect(titleColumn(columns)).toBe(expected);
  });
});
