import type { Section } from "../artifact/section.ts";
import { metadataOf } from "../data/item-metadata.ts";
import { buildCatalogue, type Catalogue } from "./catalogue.ts";
import { catalogueOf, hasCatalogue } from "./catalogue-artifact.ts";

/**
 * The catalogue of item metadata, its columns inferred. Takes the one stored beside the metadata. Metadata stored by an older
 * version have none: it is built, in a fifth of a second for 40,000 items.
 */
export function catalogueOfMetadata(sections: readonly Section[]): Catalogue {
  if (hasCatalogue(sections)) return catalogueOf(sections);
  const metadata = metadataOf(sections);
  return buildCatalogue({ [Symbol.iterator]: () => metadata.records()[Symbol.iterator]() }).catalogue;
}
