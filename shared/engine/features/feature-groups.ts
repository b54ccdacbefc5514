import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { FeatureVector } from "../data/side-features.ts";
import {
  type FeatureBlock,
  type FeatureSpace,
  PAIR_MARK,
  type ScaleBlock,
  sizeOfBlock,
} from "./feature-space.ts";

/** Features of a row that say one thing: a value of a column. */
export interface FeatureGroup {
  readonly column: string;
  /** A word, tag or value; of a pair of tags both with a plus between them; the number, or the date as ISO 8601. */
  readonly value: string | number;
  /** Where they are in the row. */
  readonly places: readonly number[];
  /** The part of the row's vector that a column of embeddings is, `from` … `to` − 1. */
  readonly part?: { readonly from: number; readonly to: number };
}

/** What a vector of features says, in the order of its features. All of a number or date are one group. */
export function featureGroups(
  space: FeatureSpace,
  { indices, values, vector }: FeatureVector,
): FeatureGroup[] {
  const groups: FeatureGroup[] = [];
  let offset = 0;
  let at = 0;
  for (const block of space.blocks) {
    const end = offset + sizeOfBlock(block);
    const places: number[] = [];
    for (; at < indices.length && (indices[at] as number) < end; at++) places.push(at);
    groups.push(...groupsOf(block, { offset, places, indices, values }));
    offset = end;
  }
  return vector ? [...groups, ...vectorGroups(space, vector)] : groups;
}

function vectorGroups({ blocks }: FeatureSpace, vector: Float32Array): FeatureGroup[] {
  let from = 0;
  return blocks.flatMap((block) => {
    if (block.kind !== "vector") return [];
    const part = { from, to: from + block.width };
    from = part.to;
    if (vector.subarray(part.from, part.to).every((value) => value === 0)) return [];
    const [{ name }] = block.columns as readonly [FeatureColumn];
    return [{ column: name, value: `${block.width} numbers`, places: [], part }];
  });
}

interface BlockPart extends FeatureVector {
  /** Of the block in the space. */
  readonly offset: number;
  readonly places: readonly number[];
}

function groupsOf(block: FeatureBlock, part: BlockPart): FeatureGroup[] {
  const { places, indices, offset } = part;
  if (places.length === 0 || block.kind === "vector") return [];
  const [column] = block.columns as readonly [FeatureColumn];
  if (block.kind === "scale") return [{ column: column.name, value: valueIn(block, part), places }];
  return places.map((place) => {
    const key = block.keys.idAt((indices[place] as number) - offset);
    const parts = key.split(PAIR_MARK);
    // A flag is a column of its own.
    const name = column.type === "flag" ? (parts[0] ?? key) : column.name;
    return { column: name, value: parts.join(" + "), places: [place] };
  });
}

/** By the distance from the mean, which is exact up to three standard deviations; by the bin for a value at the mean. */
function valueIn(block: ScaleBlock, { places, indices, values, offset }: BlockPart): string | number {
  const first = places[0] as number;
  const isDistance = indices[first] === offset;
  const value = isDistance ? block.mean + block.deviation * (values[first] as number) : block.mean;
  if (block.columns[0]?.type === "date") return new Date(value).toISOString();
  return Number(value.toPrecision(6));
}
