import type { ParamValue } from "#contract/algorithms.ts";
import type { TrialParams } from "../trial/trial.ts";
import { createScale } from "./parzen-estimator.ts";
import type { NumberRange, SpaceParam } from "./search-space.ts";

/** Some parameters as a cube of edge 1, so that distances can be compared between them. */
export interface UnitSpace {
  /** For each coordinate the number of its parameter. */
  readonly axes: readonly number[];
  /** A choice takes a coordinate for each of its values; two different values are 1 apart. */
  pointOf(params: TrialParams): number[];
  /** The nearest parameters; coordinates outside of the cube count as on its border. */
  paramsAt(point: readonly number[]): TrialParams;
}

export function createUnitSpace(params: readonly SpaceParam[]): UnitSpace {
  const sides = params.map(({ range }) =>
    range.kind === "choice" ? choiceSide(range.choices) : numberSide(range),
  );
  return {
    axes: sides.flatMap(({ width }, axis) => new Array<number>(width).fill(axis)),
    pointOf: (trial) =>
      params.flatMap(({ name }, axis) => sides[axis]?.toUnit(trial[name] as ParamValue) ?? []),
    paramsAt(point) {
      let from = 0;
      const entries = params.map(({ name }, axis) => {
        const { width, fromUnit } = sides[axis] as Side;
        const own = point.slice(from, from + width);
        from += width;
        return [name, fromUnit(own)] as const;
      });
      return Object.fromEntries(entries);
    },
  };
}

interface Side {
  /** Number of coordinates. */
  readonly width: number;
  toUnit(value: ParamValue): number[];
  fromUnit(coordinates: readonly number[]): ParamValue;
}

function choiceSide(choices: readonly ParamValue[]): Side {
  return {
    width: choices.length,
    toUnit: (value) => choices.map((choice) => (choice === value ? Math.SQRT1_2 : 0)),
    fromUnit: (coordinates) => choices[coordinates.indexOf(Math.max(...coordinates))] as ParamValue,
  };
}

function numberSide(range: NumberRange): Side {
  const { low, high, positionOf, valueAt } = createScale(range);
  // A range with only one value left keeps its distance to other values.
  const width = range.low < range.high ? high - low : 1;
  return {
    width: 1,
    toUnit: (value) => [(positionOf(value as number) - low) / width],
    fromUnit: ([coordinate = 0]) => valueAt(low + Math.min(1, Math.max(0, coordinate)) * (high - low)),
  };
}
