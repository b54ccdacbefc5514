/** Compares the ids of metadata files with those of the data, in both orders of reading. */
import type { MetadataCoverage } from "#contract/ingestion.ts";
import { DATASET_KIND, METADATA_KIND } from "#engine/artifact/kinds.ts";
import { datasetIds, isIdOfDataset } from "#engine/data/dataset-artifact.ts";
import { idCoverage } from "#engine/data/id-coverage.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { metadataIds } from "#engine/data/item-metadata.ts";
import type { IngestionPeer, IngestionSpec } from "#jobs/ingestion-job.ts";
import { ArtifactMissing, type ArtifactStore } from "#storage/artifact-store.ts";

interface Deps {
  readonly artifacts: Pick<ArtifactStore, "get" | "getSections">;
}

/** How much of the newest data a metadata file describes; null while there is no data. */
export async function coverageOfMetadata(
  deps: Deps,
  { peers = [] }: Pick<IngestionSpec, "peers">,
  about: "item" | "user",
  ids: IdMap,
): Promise<MetadataCoverage | null> {
  const data = peers.find(({ source }) => source === "training_data");
  const sections =
    data && (await unlessMissing(deps.artifacts.getSections(data.artifactKey, DATASET_KIND, isIdOfDataset)));
  if (!data || !sections) return null;
  return { data: data.rowId, ...idCoverage(ids, datasetIds(sections, about), about) };
}

export interface PeerCoverage {
  readonly peer: IngestionPeer;
  readonly coverage: MetadataCoverage;
}

/** How much of a just read file of data the newest metadata files describe. */
export async function coverageOfData(
  deps: Deps,
  { peers = [], rowId }: Pick<IngestionSpec, "peers" | "rowId">,
  ids: { readonly users: IdMap; readonly items: IdMap },
): Promise<PeerCoverage[]> {
  const coverages: PeerCoverage[] = [];
  for (const peer of peers) {
    const artifact = await unlessMissing(deps.artifacts.get(peer.artifactKey, METADATA_KIND));
    if (!artifact) continue;
    const { sections } = artifact;
    const [about, own] =
      peer.source === "user_meta_data" ? (["user", ids.users] as const) : (["item", ids.items] as const);
    coverages.push({ peer, coverage: { data: rowId, ...idCoverage(metadataIds(sections), own, about) } });
  }
  return coverages;
}

/** Null for an artifact that was deleted meanwhile. */
async function unlessMissing<Read>(reading: Promise<Read>): Promise<Read | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ArtifactMissing) return null;
    throw error;
  }
}
