import type { Section } from "../../artifact/section.ts";
import type { FeatureVector } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";
import { FeatureMap } from "./feature-map.ts";
import { unitVector } from "./unit-rows.ts";

const PREFIX = "feature-map.users";
/** What begins the names of its sections. */
export const PEOPLE_SECTIONS = `${PREFIX}.`;
const WEIGHTS = `${PREFIX}.weights`;
const FACTORS = `${PREFIX}.factors`;
const POPULARITY = `${PREFIX}.popularity`;
/** There only for a map of rows of length 1. */
const UNIT = `${PREFIX}.unit`;

/**
 * Scores all items for a person without interactions by their features: the share of people who have an item, and what the
 * features change of it. The change is a ridge regression of people's interactions on their features, seen through the leading
 * singular vectors of the interactions. Features that tell nothing leave the order of popularity.
 */
export class PeopleMap {
  readonly map: FeatureMap;
  /** Items × dim. */
  readonly factors: Float32Array;
  /** By item, the share of people who have it. */
  readonly popularity: Float32Array;
  /** Whether the map reads rows of length 1. */
  readonly isUnit: boolean;

  constructor(map: FeatureMap, factors: Float32Array, popularity: Float32Array, isUnit: boolean) {
    this.map = map;
    this.factors = factors;
    this.popularity = popularity;
    this.isUnit = isUnit;
  }

  scoreInto(features: FeatureVector, out: Float32Array): void {
    const { dim } = this.map;
    const vector = new Float32Array(dim);
    this.map.mapInto(this.isUnit ? unitVector(features) : features, vector);
    for (let item = 0, start = 0; item < this.popularity.length; item++, start += dim) {
      let score = this.popularity[item] as number;
      for (let k = 0; k < dim; k++) score += (vector[k] as number) * (this.factors[start + k] as number);
      out[item] = score;
    }
  }
}

/** Shares the arrays. */
export function peopleMapSections({ map, factors, popularity, isUnit }: PeopleMap): Section[] {
  return [
    { name: WEIGHTS, data: map.weights },
    { name: FACTORS, data: factors },
    { name: POPULARITY, data: popularity },
    ...(isUnit ? [{ name: UNIT, data: Float64Array.of(1) }] : []),
  ];
}

/** Null where a model has no map of people. Throws `BAD_ARTIFACT` when sections do not fit together. */
export function peopleMapOf(sections: readonly Section[], itemCount: number): PeopleMap | null {
  if (!sections.some(({ name }) => name === WEIGHTS)) return null;
  const popularity = requireSection(sections, POPULARITY, Float32Array, itemCount);
  const factors = requireSection(sections, FACTORS, Float32Array, null);
  const weights = requireSection(sections, WEIGHTS, Float32Array, null);
  for (const [name, data] of Object.entries({
    [WEIGHTS]: weights,
    [FACTORS]: factors,
    [POPULARITY]: popularity,
  }))
    requireFinite(name, data);
  const isUnit = sections.some(({ name }) => name === UNIT);
  const dim = factors.length / itemCount;
  const featureCount = weights.length / dim - 1;
  if (!Number.isInteger(dim) || !Number.isInteger(featureCount) || dim < 1 || featureCount < 0) {
    throw new EngineError("BAD_ARTIFACT", `The map of "${PREFIX}" does not fit the model.`);
  }
  return new PeopleMap(new FeatureMap(featureCount, dim, weights), factors, popularity, isUnit);
}
