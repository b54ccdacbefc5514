import type { SearchSpace, SpaceParam } from "#engine/tune/sampler/search-space.ts";
import { suggest } from "#engine/tune/sampler/tpe.ts";
import type { TrialParams, TrialRecord } from "#engine/tune/trial/trial.ts";

/** A function to minimise over a space. */
export interface Objective {
  readonly space: SearchSpace;
  evaluate(params: TrialParams): number;
}

export function float(name: string, low: number, high: number, when?: SpaceParam["when"]): SpaceParam {
  return { name, range: { kind: "float", low, high, log: false }, ...(when && { when }) };
}

export function logFloat(name: string, low: number, high: number, when?: SpaceParam["when"]): SpaceParam {
  return { name, range: { kind: "float", low, high, log: true }, ...(when && { when }) };
}

export function int(
  name: string,
  low: number,
  high: number,
  when?: SpaceParam["when"],
  log = false,
): SpaceParam {
  return { name, range: { kind: "int", low, high, log }, ...(when && { when }) };
}

export function choice(name: string, choices: readonly (string | boolean)[]): SpaceParam {
  return { name, range: { kind: "choice", choices } };
}

/** A finished trial. */
export function trial(
  number: number,
  params: TrialParams,
  overrides: Partial<TrialRecord> = {},
): TrialRecord {
  return { number, state: "COMPLETE", params, value: 0, reports: [], ...overrides };
}

/** Runs a study of an objective that answers at once; ends early when all configurations are used. */
export function study(
  { space, evaluate }: Objective,
  { trials, seed, sampler = "tpe" }: { trials: number; seed: number; sampler?: "tpe" | "random" },
): TrialRecord[] {
  const history: TrialRecord[] = [];
  for (let number = 0; number < trials; number++) {
    const params = suggest(space, history, { seed, trialNumber: number, direction: "minimize", sampler });
    if (!params) break;
    history.push(trial(number, params, { value: evaluate(params) }));
  }
  return history;
}

export function bestOf(history: readonly TrialRecord[]): number {
  return Math.min(...history.map(({ value }) => value ?? Number.POSITIVE_INFINITY));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle - 0.5)] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}
