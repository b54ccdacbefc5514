import { shorten } from "./column-names.ts";

/** Repeated names that are told one by one. */
const MOST_TOLD = 10;

export interface UniqueNames {
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Names of the columns: those of a header, or positions from 1. A repeated name gets its position as a suffix (`title_4`), so
 * that no column hides another; an empty one becomes its position alone.
 */
export function uniqueNames(first: readonly string[], hasHeader: boolean): UniqueNames {
  if (!hasHeader) return { names: first.map((_, at) => String(at + 1)), warnings: [] };
  const taken = new Set<string>();
  const told: string[] = [];
  let repeats = 0;
  const names = first.map((cell, at) => {
    const isNew = cell !== "" && !taken.has(cell);
    let name = isNew ? cell : `${cell}${cell === "" ? "" : "_"}${at + 1}`;
    while (taken.has(name) || (!isNew && first.includes(name))) name = `${name}_`;
    taken.add(name);
    if (!isNew && cell !== "" && ++repeats <= MOST_TOLD) {
      const positions = `${first.indexOf(cell) + 1} and ${at + 1}`;
      told.push(
        `There are two columns "${shorten(cell)}", at positions ${positions}: the later is called "${shorten(name)}".`,
      );
    }
    return name;
  });
  const more = repeats > MOST_TOLD ? [`${repeats - MOST_TOLD} more columns have the name of another.`] : [];
  return { names, warnings: [...told, ...more] };
}
