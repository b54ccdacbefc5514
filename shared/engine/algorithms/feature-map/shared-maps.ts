/**
 * Maps of newcomers depend on the data alone, so the parts of a blend have the same. They are stored once: here is how their sections
 * are taken out of the parts' and given back.
 */
import type { Algorithm } from "../fit/algorithm.ts";
import { ITEM_SECTIONS } from "./item-regression.ts";
import { PEOPLE_SECTIONS } from "./people-map.ts";

interface Named {
  readonly name: string;
}

/** The sections of a model without those of maps. */
export function withoutMaps<Own extends Named>(sections: readonly Own[]): Own[] {
  return sections.filter((section) => !isOfMap(section));
}

/** The sections of maps in some models, each map once. */
export function mapsAmong<Own extends Named>(models: readonly (readonly Own[])[]): Own[] {
  return [ITEM_SECTIONS, PEOPLE_SECTIONS].flatMap((prefix) => {
    const own = models.map((sections) => sections.filter(({ name }) => name.startsWith(prefix)));
    return own.find(({ length }) => length > 0) ?? [];
  });
}

/** The sections of a model with those maps that its algorithm takes. */
export function withMapsFor<Own extends Named>(
  { ownNewcomers }: Pick<Algorithm, "ownNewcomers">,
  sections: readonly Own[],
  maps: readonly Own[],
): Own[] {
  if (ownNewcomers === true) return [...sections];
  const taken = maps.filter(({ name }) => ownNewcomers !== "items" || name.startsWith(PEOPLE_SECTIONS));
  return [...sections, ...taken];
}

function isOfMap({ name }: Named): boolean {
  return name.startsWith(ITEM_SECTIONS) || name.startsWith(PEOPLE_SECTIONS);
}
