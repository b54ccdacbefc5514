import type { IdMap } from "./id-map.ts";
import { idTwins } from "./id-twins.ts";

/** How well the ids of a metadata file match those of the data. */
export interface IdCoverage {
  /** Ids in the data. */
  readonly ids: number;
  /** How many of them have metadata. */
  readonly described: number;
  /** Shows ids of both sides when few match, or when some are written in another way; null otherwise. */
  readonly warning: string | null;
}

/** Below this share of described ids there is a warning. */
const LOW_SHARE = 0.5;
/** From this share of ids in another form on there is a warning. */
const TWIN_SHARE = 0.01;
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
  const twins = described === dataIds.size ? null : twinText(metadataIds, dataIds, about);
  if (dataIds.size === 0 || described >= LOW_SHARE * dataIds.size) return { ...coverage, warning: twins };
  const unknown = unknownIds(metadataIds, dataIds);
  const missing = dataIds.size - described;
  const sides = [`There is none for ${quoted(without)}${missing > SHOWN ? " and others" : ""}.`];
  if (unknown.length > 0) sides.push(`The data does not have ${quoted(unknown)} of this file.`);
  if (twins) sides.push(twins);
  const count = described === 0 ? "None" : String(described);
  return {
    ...coverage,
    warning: `${count} of the ${dataIds.size} ${about}s in the data ${described === 1 ? "has" : "have"} metadata. ${sides.join(" ")}`,
  };
}

function twinText(metadataIds: IdMap, dataIds: IdMap, about: "item" | "user"): string | null {
  const { count, first } = idTwins(metadataIds, dataIds);
  if (!first || count < TWIN_SHARE * dataIds.size) return null;
  const [data, table] = [JSON.stringify(first.data), JSON.stringify(first.table)];
  return `${count} ${about}${count === 1 ? "" : "s"} without a row may be there in another form: the data has ${data}, this file has ${table}.`;
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
