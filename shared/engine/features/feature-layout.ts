import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { FeatureRange, RangeKind } from "../data/side-features.ts";
import {
  type FeatureBlock,
  type FeatureSpace,
  type KeyBlock,
  PAIR_MARK,
  sizeOfBlock,
  type VectorBlock,
} from "./feature-space.ts";

/** Which features belong to which column. Shares the arrays of the space. */
export function layoutOf({ blocks }: FeatureSpace): FeatureRange[] {
  let from = 0;
  return blocks.flatMap((block) => {
    if (block.kind === "vector") return [];
    const range = { ...rangeOf(block), from, to: from + sizeOfBlock(block) };
    from = range.to;
    return [range];
  });
}

function rangeOf(block: Exclude<FeatureBlock, VectorBlock>): Omit<FeatureRange, "from" | "to"> {
  const [{ name, type }] = block.columns as readonly [FeatureColumn];
  if (block.kind === "scale") {
    return { kind: type as RangeKind, column: name, keys: null, idf: null, isPair: null };
  }
  const isWords = type === "title" || type === "text";
  return {
    kind: type === "flag" ? "tags" : (type as RangeKind),
    column: type === "flag" ? "" : name,
    keys: block.keys,
    idf: isWords ? block.idf : null,
    isPair: block.hasPairs ? pairsOf(block) : null,
  };
}

function pairsOf({ keys }: KeyBlock): Uint8Array {
  return Uint8Array.from({ length: keys.size }, (_, key) => (keys.idAt(key).includes(PAIR_MARK) ? 1 : 0));
}
