/** The searched parameters of one algorithm, and where a value lies in its range. Pure. */
import { findAlgorithm } from "#contract/algorithm-names.ts";
import { ALGORITHMS, type ParamSpec } from "#contract/algorithms.ts";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { paramTitle } from "../../algorithms/algorithm-look.ts";
import type { Points } from "../importance/regression-tree.ts";

type Value = TrialResponse["params"][string];

/** Where "no limit" lies on a number's axis, and where its numbers end. */
const NULL_AT = 0.96;
const NUMBERS_TO = 0.9;

export interface ParamScale {
  readonly name: string;
  /** The choices in their order; null for a number. */
  readonly choices: readonly string[] | null;
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
  readonly hasNull: boolean;
}

/** A trial's parameters by their own names. */
export function ownParams({
  params,
  algorithm,
}: Pick<TrialResponse, "params" | "algorithm">): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name !== "algorithm")
      .map(([name, value]) => [paramTitle(name, algorithm), value]),
  );
}

/**
 * The scales of the parameters that differ between the trials of one algorithm. Those that a study does not search (the number of
 * epochs is learned) are left out. A range is the searched one, widened by what was tried.
 */
export function paramScales(
  algorithm: string,
  trials: readonly Pick<TrialResponse, "params" | "algorithm">[],
): ParamScale[] {
  const known = findAlgorithm(algorithm);
  const specs: Readonly<Record<string, ParamSpec>> = known === null ? {} : ALGORITHMS[known].params;
  const rows = trials.map(ownParams);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.flatMap((name) => {
    const spec = specs[name];
    if (spec && !spec.search) return [];
    const values = rows.map((row) => row[name]).filter((value) => value !== undefined);
    return new Set(values).size < 2 ? [] : [scaleOf(name, spec, values)];
  });
}

function scaleOf(name: string, spec: ParamSpec | undefined, values: readonly Value[]): ParamScale {
  const hasNull = values.includes(null);
  if (values.some((value) => typeof value === "string" || typeof value === "boolean")) {
    const order = spec?.kind === "choice" ? spec.choices.map(String) : [];
    const tried = new Set(values.map(String));
    const choices = [...new Set([...order, ...tried])].filter((choice) => tried.has(choice));
    return { name, choices, low: 0, high: choices.length, isLog: false, hasNull: false };
  }
  const numbers = values.filter((value) => typeof value === "number");
  const range = spec && spec.kind !== "choice" ? spec.search : undefined;
  const low = Math.min(range?.low ?? Infinity, smallest(numbers));
  const high = Math.max(range?.high ?? -Infinity, largest(numbers));
  return { name, choices: null, low, high, isLog: range?.log === true && low > 0, hasNull };
}

// Not by spreading: a study may have more trials than a call takes arguments.
const smallest = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.min(a, b), Infinity);
const largest = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), -Infinity);

/** Where a value lies on its scale, 0 … 1; null for a value that the trial does not have. */
export function unitOf(scale: ParamScale, value: Value | undefined): number | null {
  if (value === undefined) return null;
  if (scale.choices) {
    const at = scale.choices.indexOf(String(value));
    return at < 0 ? null : (at + 0.5) / scale.choices.length;
  }
  if (value === null) return NULL_AT;
  if (typeof value !== "number") return null;
  const [low, high, at] = scale.isLog
    ? [Math.log(scale.low), Math.log(scale.high), Math.log(value)]
    : [scale.low, scale.high, value];
  const unit = high > low ? (at - low) / (high - low) : 0.5;
  return scale.hasNull ? unit * NUMBERS_TO : unit;
}

/** Complete trials as points of the unit cube; a parameter that a trial lacks lies in the middle. */
export function toPoints(
  scales: readonly ParamScale[],
  trials: readonly Pick<TrialResponse, "params" | "algorithm" | "value">[],
): Points {
  const rows = trials.map(ownParams);
  return {
    columns: scales.map((scale) => Float64Array.from(rows, (row) => unitOf(scale, row[scale.name]) ?? 0.5)),
    values: Float64Array.from(trials, ({ value }) => value ?? 0),
  };
}
