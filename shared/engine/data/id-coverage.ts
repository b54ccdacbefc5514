import type { IdMap } from "./id-map.ts";

/** How well the ids of a metadata file match those of the data. */
export interface IdCoverage {
  /** Ids in the data. */
  readonly ids: number;
  /** How many of them have metadata. */
  readonly described: number;
  /** A sentence that shows ids of both sides when few match; null otherwise. */
  readonly warning: string | null;
}

/** Below this share of described ids there is a warning. */
const LOW_SHARE = 0.5;
const SHOWN = 3;

/** @param about The kind of the ids, for the sentence. Linear in the ids of the data. */
export function idCoverage(metadataIds: IdMap, dataIds: IdMap, about: "item" | "user"): IdCoverage {
  let described = 0;
  const without: string[] = [];
  for (let index = 0; index < dataIds.size; index++) {
    const id = dataIds.idAt(index);
    if (metadataIds.indexOf(id) >= 0) described++;
    else if (without.length < SHOWN) without.push(id);
  }
  const coverage = { ids: dataIds.size, described };
  if (dataIds.size === 0 || described >= LOW_SHARE * dataIds.size) return { ...coverage, warning: null };
  const unknown = unknownIds(metadataIds, dataIds);
  const missing = dataIds.size - described;
  const sides = [`There is none for ${quoted(without)}${missing > SHOWN ? " and others" : ""}.`];
  if (unknown.length > 0) sides.push(`The data does not have ${quoted(unknown)} of this file.`);
  const count = described === 0 ? "None" : String(described);
  return {
    ...coverage,
    warning: `${count} of the ${dataIds.size} ${about}s in the data ${described === 1 ? "has" : "have"} metadata. ${sides.join(" ")}`,
  };
}

/** The first ids of the file that the data does not have. */
function unknownIds(metadataIds: IdMap, dataIds: IdMap): string[] {
  const found: string[] = [];
  for (let index = 0; index < metadataIds.size && found.length < SHOWN; index++) {
    const id = metadataIds.idAt(index);
    if (dataIds.indexOf(id) < 0) found.push(id);
  }
  return found;
}

function quoted(ids: readonly string[]): string {
  return ids.map((id) => JSON.stringify(id)).join(", ");
}
