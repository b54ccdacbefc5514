/** The dataset that an ingestion by blocks left in its objects. */
import { DTYPES } from "#engine/artifact/format.ts";
import type { Section, SectionData } from "#engine/artifact/section.ts";
import { datasetIds, isIdOfDataset } from "#engine/data/dataset-artifact.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import type { BlockedDataset } from "#engine/scale/blocks/blocked-matrix.ts";
import { blockedDatasetOf, type SectionReader } from "#engine/scale/blocks/dataset-blocks.ts";
import type { PlacedSection } from "#engine/scale/ingest/finish-dataset.ts";
import { putJson, type RangedStore, writtenJson, writtenRange } from "#engine/scale/ingest/ingest-work.ts";

const NAME = "dataset";

export interface StoredDataset {
  readonly data: BlockedDataset;
  ids(about: "item" | "user"): Promise<IdMap>;
}

/** Writes down where the sections of the dataset lie. */
export function putDataset(store: RangedStore, sections: readonly PlacedSection[]): Promise<void> {
  return putJson(store, NAME, sections);
}

/** Opens what `putDataset` wrote down. */
export async function openDataset(store: RangedStore): Promise<StoredDataset> {
  const entries = await writtenJson<readonly PlacedSection[]>(store, NAME);
  const reader = readerOf(store, entries);
  const names = entries.map(({ name }) => name).filter(isIdOfDataset);
  const ids = async (about: "item" | "user") => datasetIds(await reader.read(names), about);
  return { data: await blockedDatasetOf(reader), ids };
}

function readerOf(store: RangedStore, entries: readonly PlacedSection[]): SectionReader {
  const places = new Map(entries.map((entry) => [entry.name, entry]));
  const readOne = async ({ name, dtype, length, object, offset, bytes }: PlacedSection): Promise<Section> => {
    const { buffer } = await writtenRange(store, object, { from: offset, to: offset + bytes });
    return { name, data: new DTYPES[dtype](buffer as ArrayBuffer, 0, length) as SectionData };
  };
  return {
    entries,
    read: (names) => Promise.all(names.flatMap((name) => places.get(name) ?? []).map(readOne)),
  };
}
