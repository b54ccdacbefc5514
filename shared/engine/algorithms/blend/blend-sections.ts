/**
 * How a blend nests its components: the sections of IALS are called `blend/ials/…`. Further sections list names and weights, and where the
 * data have features the weights of cold segments. Maps of newcomers, which the components share, lie beside the components.
 */

import { findAlgorithm } from "#contract/algorithm-names.ts";
import { type AlgorithmName, isBlend } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import { mapsAmong, withoutMaps } from "../feature-map/shared-maps.ts";
import type { RowSections } from "../fit/algorithm.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";
import type { SegmentWeights } from "./blend-parts.ts";

const NAMES = "blend.components";
const WEIGHTS = "blend.weights";
const COLD_ITEM_WEIGHTS = "blend.cold-items.weights";
const COLD_USER_WEIGHTS = "blend.cold-users.weights";
const COLD_ITEMS = "blend.cold-items";

/** A component whose sections lie somewhere under their own names. */
export interface NamedComponent<Own extends { readonly name: string }> {
  readonly name: AlgorithmName;
  readonly weights: SegmentWeights;
  /** See `weightFor`. */
  readonly lengthPower: number;
  readonly sections: readonly Own[];
}

export type StoredComponent = NamedComponent<Section>;

export interface StoredBlend {
  readonly components: readonly StoredComponent[];
  /** Maps of newcomers that the components share. */
  readonly maps: readonly Section[];
  /**
   * Items of the training without interactions, ascending. Null for a blend that says nothing of newcomers by its components: the data had no
   * features, or an earlier release stored it.
   */
  readonly coldItems: Uint32Array | null;
}

/**
 * Arrays are shared with the components.
 *
 * @param coldItems As `StoredBlend.coldItems`.
 * @param maps      Those in the components' sections by default.
 */
export function nestComponents<Own extends { readonly name: string } = Section>(
  components: readonly NamedComponent<Own>[],
  coldItems: Uint32Array | null,
  maps: readonly Own[] = mapsAmong(components.map(({ sections }) => sections)),
): (Section | Own)[] {
  const names = components.map(({ name }) => name).join(",");
  return [
    { name: NAMES, data: Uint8Array.from(names, (letter) => letter.charCodeAt(0)) },
    {
      name: WEIGHTS,
      data: Float64Array.of(...components.map(({ weights }) => weights.warm), ...powersOf(components)),
    },
    ...(coldItems
      ? [
          {
            name: COLD_ITEM_WEIGHTS,
            data: Float64Array.from(components, ({ weights }) => weights.coldItems),
          },
          {
            name: COLD_USER_WEIGHTS,
            data: Float64Array.from(components, ({ weights }) => weights.coldUsers),
          },
          { name: COLD_ITEMS, data: coldItems },
        ]
      : []),
    ...components.flatMap(({ name, sections }) => nestSections(prefixOf(name), withoutMaps(sections))),
    ...maps,
  ];
}

/** Throws `BAD_ARTIFACT` when a name is unknown or a weight is not a number. */
export function requireBlend(sections: readonly Section[]): StoredBlend {
  const letters = requireSection(sections, NAMES, Uint8Array, null);
  const names = letters.length > 0 ? String.fromCharCode(...letters.subarray(0, 1024)).split(",") : [];
  const weightsOf = (name: string) => {
    const weights = requireSection(sections, name, Float64Array, names.length);
    requireFinite(name, weights);
    return weights;
  };
  const [warm, powers] = warmWeights(sections, names.length);
  const isSegmented = sections.some(({ name }) => name === COLD_ITEMS);
  const [items, users] = isSegmented
    ? [weightsOf(COLD_ITEM_WEIGHTS), weightsOf(COLD_USER_WEIGHTS)]
    : [warm, warm];
  const components = names.map((text, at) => {
    const name = findAlgorithm(text);
    if (name === null || isBlend(name)) {
      throw new EngineError("BAD_ARTIFACT", `A blend has no component ${JSON.stringify(text)}.`);
    }
    const weights = {
      warm: warm[at] as number,
      coldItems: items[at] as number,
      coldUsers: users[at] as number,
    };
    const lengthPower = powers[at] ?? 0;
    return { name, weights, lengthPower, sections: nestedSections(prefixOf(name), sections) };
  });
  const coldItems = isSegmented ? requireSection(sections, COLD_ITEMS, Uint32Array, null) : null;
  return { components, maps: mapsAmong([sections]), coldItems };
}

/** Nothing where all weights are the same for everybody, as in what earlier releases stored. */
function powersOf(components: readonly Pick<StoredComponent, "lengthPower">[]): number[] {
  const powers = components.map(({ lengthPower }) => lengthPower);
  return powers.some((power) => power !== 0) ? powers : [];
}

/** Weights of warm people, then the powers of these, if any. */
function warmWeights(sections: readonly Section[], count: number): [Float64Array, Float64Array] {
  const stored = requireSection(sections, WEIGHTS, Float64Array, null);
  if (stored.length !== 2 * count) requireSection(sections, WEIGHTS, Float64Array, count);
  requireFinite(WEIGHTS, stored);
  return [stored.subarray(0, count), stored.subarray(count)];
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
