/** Made properties of the made items, as a training stores them. */
import type { Section } from "#engine/artifact/section.ts";
import { buildCatalogue } from "#engine/catalogue/catalogue.ts";
import { catalogueSections } from "#engine/catalogue/catalogue-artifact.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import { createRandom } from "#engine/random.ts";
import { itemName } from "./made-world.ts";

/** Nine of ten items are in stock; prices lie evenly between 0 and 100. */
export function madeCatalogue(itemCount: number): Section[] {
  const random = createRandom(11);
  const items = Array.from({ length: itemCount }, (_, at) => ({
    itemId: itemName(at),
    properties: {
      price: random.below(10_000) / 100,
      in_stock: random.below(10) > 0,
      genre: `genre ${random.below(40)}`,
    },
  }));
  const ids = new IdMapBuilder();
  const encoder = new TextEncoder();
  const records = items.map(({ itemId, properties }) => {
    ids.intern(itemId);
    return encoder.encode(JSON.stringify(properties));
  });
  const offsets = new Uint32Array(itemCount + 1);
  for (const [at, record] of records.entries()) offsets[at + 1] = (offsets[at] as number) + record.length;
  const bytes = new Uint8Array(offsets[itemCount] as number);
  for (const [at, record] of records.entries()) bytes.set(record, offsets[at]);
  const metadata = {
    itemIds: ids.finish(),
    columns: ["price", "in_stock", "genre"],
    numericColumns: [],
    records: { bytes, offsets },
  };
  return [...metadataSections(metadata), ...catalogueSections(buildCatalogue(items).catalogue)];
}
