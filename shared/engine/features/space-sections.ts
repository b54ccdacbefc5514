/** A feature space as sections of an artifact: one of JSON for all blocks, and the arrays of each block. */

import type { FeatureColumn } from "#contract/feature-columns.ts";
import { FEATURE_TYPES } from "#contract/feature-types.ts";
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { idMapOfSections, idMapSections } from "../data/id-map-sections.ts";
import { EngineError } from "../engine-error.ts";
import { type FeatureBlock, type FeatureSpace, sizeOfBlock, type VectorBlock } from "./feature-space.ts";

/** What the JSON says of a block; its arrays are sections. */
type StoredBlock =
  | { readonly kind: "keys"; readonly columns: readonly FeatureColumn[]; readonly hasPairs: boolean }
  | {
      readonly kind: "scale";
      readonly columns: readonly FeatureColumn[];
      readonly mean: number;
      readonly deviation: number;
      readonly bins: number;
    }
  | VectorBlock;

/** Shares the arrays of the space. @param prefix The beginning of all names, such as `item-features`. */
export function spaceSections(space: FeatureSpace, prefix: string): Section[] {
  const stored = space.blocks.map(storedOf);
  return [
    { name: `${prefix}.blocks`, data: new TextEncoder().encode(JSON.stringify(stored)) },
    ...space.blocks.flatMap((block, at) => arraysOf(block, `${prefix}.${at}`)),
  ];
}

/** The feature space of `spaceSections`. Throws BAD_ARTIFACT if the sections do not fit together. */
export function spaceOfSections(sections: readonly Section[], prefix: string): FeatureSpace {
  const stored = parseBlocks(sectionOf({ sections }, `${prefix}.blocks`, Uint8Array), prefix);
  const blocks = stored.map((block, at) => blockOf(sections, block, `${prefix}.${at}`));
  return { blocks, size: blocks.reduce((sum, block) => sum + sizeOfBlock(block), 0) };
}

function storedOf(block: FeatureBlock): StoredBlock {
  const { columns } = block;
  if (block.kind === "vector") return block;
  return block.kind === "keys"
    ? { kind: block.kind, columns, hasPairs: block.hasPairs }
    : { kind: block.kind, columns, mean: block.mean, deviation: block.deviation, bins: block.centres.length };
}

function arraysOf(block: FeatureBlock, prefix: string): Section[] {
  if (block.kind === "vector") return [];
  if (block.kind === "scale") return [{ name: `${prefix}.centres`, data: block.centres }];
  return [...idMapSections(block.keys, `${prefix}.keys`), { name: `${prefix}.idf`, data: block.idf }];
}

function blockOf(sections: readonly Section[], stored: StoredBlock, prefix: string): FeatureBlock {
  if (stored.kind === "vector") return stored;
  if (stored.kind === "scale") {
    const centres = sectionOf({ sections }, `${prefix}.centres`, Float64Array);
    const isRising = centres.every(
      (centre, at) => Number.isFinite(centre) && (at === 0 || centre > (centres[at - 1] as number)),
    );
    const { kind, columns, mean, deviation, bins } = stored;
    if (centres.length !== bins || bins === 0 || !isRising) throw broken(prefix);
    return { kind, columns, mean, deviation, centres };
  }
  const keys = idMapOfSections(sections, `${prefix}.keys`);
  const idf = sectionOf({ sections }, `${prefix}.idf`, Float32Array);
  if (idf.length !== keys.size || !idf.every((weight) => weight > 0 && Number.isFinite(weight))) {
    throw broken(prefix);
  }
  return { ...stored, keys, idf };
}

function parseBlocks(bytes: Uint8Array, prefix: string): StoredBlock[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw broken(prefix, error);
  }
  if (!Array.isArray(parsed) || !parsed.every(isStoredBlock)) throw broken(prefix);
  return parsed;
}

function isStoredBlock(value: unknown): value is StoredBlock {
  if (typeof value !== "object" || value === null) return false;
  const { kind, columns, hasPairs, mean, deviation, width } = value as Record<string, unknown>;
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every(isColumn)) return false;
  if (kind === "vector") return Number.isInteger(width) && (width as number) > 0;
  if (kind === "keys") return typeof hasPairs === "boolean";
  return kind === "scale" && Number.isFinite(mean) && Number.isFinite(deviation) && (deviation as number) > 0;
}

function isColumn(value: unknown): value is FeatureColumn {
  if (typeof value !== "object" || value === null) return false;
  const { name, type, ...others } = value as Record<string, unknown>;
  return (
    typeof name === "string" &&
    FEATURE_TYPES.some((known) => known === type) &&
    [others.separator, others.longitude].every((text) => text === undefined || typeof text === "string")
  );
}

function broken(prefix: string, cause?: unknown): EngineError {
  return new EngineError("BAD_ARTIFACT", `The feature space "${prefix}" is broken.`, { cause });
}
