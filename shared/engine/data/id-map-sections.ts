import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import { type IdMap, idMapOf, partsOf } from "./id-map.ts";

/** An id map as sections `<prefix>.bytes`, `.offsets` and `.table`. Shares the map's own arrays, without copies. */
export function idMapSections(map: IdMap, prefix: string): Section[] {
  const { bytes, offsets, table } = partsOf(map);
  return [
    { name: `${prefix}.bytes`, data: bytes },
    { name: `${prefix}.offsets`, data: offsets },
    { name: `${prefix}.table`, data: table },
  ];
}

/** The id map of `idMapSections`, as views of the sections. Throws BAD_ARTIFACT when they do not fit together. */
export function idMapOfSections(sections: readonly Section[], prefix: string): IdMap {
  const bytes = sectionOf({ sections }, `${prefix}.bytes`, Uint8Array);
  const offsets = sectionOf({ sections }, `${prefix}.offsets`, Uint32Array);
  const table = sectionOf({ sections }, `${prefix}.table`, Uint32Array);
  const fail = (what: string): never => {
    throw new EngineError("BAD_ARTIFACT", `The id map "${prefix}" ${what}.`);
  };
  if (offsets.length === 0) fail("has no offsets");
  if (offsets[0] !== 0) fail(`starts at byte ${offsets[0]} instead of 0`);
  const size = offsets.length - 1;
  for (let index = 0; index < size; index++) {
    if ((offsets[index + 1] as number) < (offsets[index] as number))
      fail(`has a falling offset at id ${index}`);
  }
  if (offsets[size] !== bytes.length) fail(`ends at byte ${offsets[size]} of ${bytes.length}`);
  checkTable(table, size, fail);
  return idMapOf({ bytes, offsets, table });
}

/** Refuses a table that could make a look-up run forever, or out of bounds. */
function checkTable(table: Uint32Array, size: number, fail: (what: string) => never): void {
  const isPowerOfTwo = table.length > 0 && (table.length & (table.length - 1)) === 0;
  if (!isPowerOfTwo) fail(`has a table of ${table.length} slots, expected a power of two`);
  let used = 0;
  for (let slot = 0; slot < table.length; slot++) {
    const entry = table[slot] as number;
    if (entry === 0) continue;
    used++;
    if (entry > size) fail(`has id ${entry - 1} of ${size} in its table`);
  }
  if (used !== size || used === table.length) fail(`has ${used} of ${size} ids in ${table.length} slots`);
}
