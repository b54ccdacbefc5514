/** How a blend nests its components: the sections of IALS are called `blend/ials/…`; one more section lists names and weights. */

import { findAlgorithm } from "#contract/algorithm-names.ts";
import { type AlgorithmName, isBlend } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { RowSections } from "../fit/algorithm.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";

const NAMES = "blend.components";
const WEIGHTS = "blend.weights";

export type StoredComponent = NamedComponent<Section>;

/** A component whose sections lie somewhere under their own names. */
export interface NamedComponent<Own extends { readonly name: string }> {
  readonly name: AlgorithmName;
  readonly weight: number;
  readonly sections: readonly Own[];
}

/** Arrays are shared with the components. */
export function nestComponents<Own extends { readonly name: string } = Section>(
  components: readonly NamedComponent<Own>[],
): (Section | Own)[] {
  const names = components.map(({ name }) => name).join(",");
  return [
    { name: NAMES, data: Uint8Array.from(names, (letter) => letter.charCodeAt(0)) },
    { name: WEIGHTS, data: Float64Array.from(components, ({ weight }) => weight) },
    ...components.flatMap(({ name, sections }) => nestSections(prefixOf(name), sections)),
  ];
}

/** Throws `BAD_ARTIFACT` when a name is unknown or a weight is not a number. */
export function requireComponents(sections: readonly Section[]): StoredComponent[] {
  const letters = requireSection(sections, NAMES, Uint8Array, null);
  const names = letters.length > 0 ? String.fromCharCode(...letters.subarray(0, 1024)).split(",") : [];
  const weights = requireSection(sections, WEIGHTS, Float64Array, names.length);
  requireFinite(WEIGHTS, weights);
  return names.map((text, at) => {
    const name = findAlgorithm(text);
    if (name === null || isBlend(name)) {
      throw new EngineError("BAD_ARTIFACT", `A blend has no component ${JSON.stringify(text)}.`);
    }
    return { name, weight: weights[at] as number, sections: nestedSections(prefixOf(name), sections) };
  });
}

export function nestSections<Own extends { readonly name: string }>(
  prefix: string,
  sections: readonly Own[],
): Own[] {
  return sections.map((section) => ({ ...section, name: prefix + section.name }));
}

export function nestedSections(prefix: string, sections: readonly Section[]): Section[] {
  const nested = sections.filter(({ name }) => name.startsWith(prefix));
  return nested.map(({ name, data }) => ({ name: name.slice(prefix.length), data }));
}

/** The names in a blend of a component's sections with rows of users. */
export function nestRows(component: AlgorithmName, rows: RowSections): RowSections {
  const prefix = prefixOf(component);
  return {
    indptr: prefix + rows.indptr,
    indices: prefix + rows.indices,
    values: prefix + rows.values,
  };
}

function prefixOf(name: AlgorithmName): string {
  return `blend/${name.toLowerCase()}/`;
}
