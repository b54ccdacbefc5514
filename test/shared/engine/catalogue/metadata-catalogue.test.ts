import { describe, expect, it } from "vitest";
import type { Catalogue } from "#engine/catalogue/catalogue.ts";
import { catalogueSections } from "#engine/catalogue/catalogue-artifact.ts";
import type { NumberColumn } from "#engine/catalogue/column.ts";
import { catalogueOfMetadata } from "#engine/catalogue/metadata-catalogue.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import { bytesOf, chunks, effects } from "../data/files.ts";

const CSV = "item,price,genres,added\na,10,jazz|pop,2026-01-02\nb,,rock,\n";

async function sections() {
  const { metadata } = await readMetadata(
    { name: "items.csv", bytes: chunks(bytesOf(CSV)) },
    { ...effects, columns: { item: "item" } },
  );
  return metadataSections(metadata);
}

function described({ schema, itemIds }: Catalogue): string[] {
  return [...schema.map(({ name, type }) => `${name} ${type}`), `${itemIds.size} items`];
}

describe("catalogueOfMetadata", () => {
  it("infers the columns of uploaded metadata, with numbers as numbers", async () => {
    const catalogue = catalogueOfMetadata(await sections());
    expect(described(catalogue)).toEqual(["price number", "genres tags", "added date", "2 items"]);
    expect([...(catalogue.columns.get("price") as NumberColumn).values]).toEqual([10, Number.NaN]);
  });

  it("takes the catalogue stored beside the metadata, which stay readable", async () => {
    const plain = await sections();
    const both = [...plain, ...catalogueSections(catalogueOfMetadata(plain))];
    expect(described(catalogueOfMetadata(both))).toEqual(described(catalogueOfMetadata(plain)));
    expect(metadataOf(both).find("a")).toEqual({ price: 10, genres: "jazz|pop", added: "2026-01-02" });
  });
});
