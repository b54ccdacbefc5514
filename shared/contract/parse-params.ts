/** Hyperparameters from callers, checked against the definitions. No value is replaced silently. */
import { findAlgorithm } from "./algorithm-names.ts";
import {
  ALGORITHM_PARAMS,
  ALGORITHMS,
  type AlgorithmName,
  type AlgorithmParams,
  isBlend,
  isBlendWeight,
  type ParamAlias,
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
} from "./algorithms.ts";

export type ParamProblem = { readonly param: string; readonly message: string };
export type ParsedParams =
  | {
      readonly ok: true;
      readonly params: AlgorithmParams;
      /** The given parameters, by our names, without the defaults. */
      readonly given: AlgorithmParams;
    }
  | { readonly ok: false; readonly problems: readonly ParamProblem[] };

interface NamedValue {
  /** The name as the caller wrote it. */
  readonly written: string;
  /** Our name. */
  readonly param: string;
  readonly value: unknown;
}

/**
 * Checks hyperparameters and adds the defaults of absent ones. A problem is an unknown name, or the same parameter under two
 * names. A value of another type or out of range is one too, and null where it is not a value. A blend's parts may have any of
 * their names: `weight.IALSRecommender`, `ials.solver_type`.
 */
export function parseParams(algorithm: AlgorithmName, raw: Readonly<Record<string, unknown>>): ParsedParams {
  const specs: ParamSpecs = ALGORITHM_PARAMS[algorithm];
  const problems: ParamProblem[] = [];
  const given: Record<string, ParamValue | null> = {};
  for (const [written, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const named = resolve(algorithm, written, value);
    const message = problemOf(algorithm, named, given);
    if (message) problems.push({ param: written, message });
    else given[named.param] = named.value as ParamValue | null;
  }
  if (problems.length > 0) return { ok: false, problems };
  const defaults = Object.entries(specs).map(([param, spec]) => [param, spec.default]);
  return { ok: true, params: { ...Object.fromEntries(defaults), ...given }, given };
}

function resolve(algorithm: AlgorithmName, written: string, value: unknown): NamedValue {
  if (isBlend(algorithm)) return resolvePart(written, value);
  const alias = aliasOf(algorithm, written);
  if (!alias) return { written, param: written, value };
  const isKnown = typeof value === "string" && Object.hasOwn(alias.values, value);
  return { written, param: alias.param, value: isKnown ? alias.values[value] : value };
}

/** `weight.NAME`, the same for a cold segment, or `NAME.param`. */
function resolvePart(written: string, value: unknown): NamedValue {
  const dot = written.indexOf(".");
  const [before, after] = [written.slice(0, dot), written.slice(dot + 1)];
  if (isBlendWeight(before)) {
    return { written, param: `${before}.${findAlgorithm(after) ?? after}`, value };
  }
  const part = dot < 0 ? null : findAlgorithm(before);
  if (part === null || isBlend(part)) return { written, param: written, value };
  const own = resolve(part, after, value);
  return { written, param: `${part}.${own.param}`, value: own.value };
}

function problemOf(
  algorithm: AlgorithmName,
  { written, param, value }: NamedValue,
  given: AlgorithmParams,
): string | null {
  const specs: ParamSpecs = ALGORITHM_PARAMS[algorithm];
  const spec = Object.hasOwn(specs, param) ? specs[param] : undefined;
  if (!spec) return `${algorithm} has no parameter "${written}".`;
  if (Object.hasOwn(given, param)) return `"${written}" of ${algorithm} is given twice, as "${param}", too.`;
  const problem = valueProblem(spec, value);
  if (problem === null) return null;
  const words = wordsOf(algorithm, written);
  return `"${written}" of ${algorithm} ${words ? `must be one of ${words}, not ${JSON.stringify(value)}.` : problem}`;
}

/** The words for the values under an alias; null for a parameter under its own name. */
function wordsOf(algorithm: AlgorithmName, written: string): string | null {
  const dot = written.indexOf(".");
  if (isBlend(algorithm)) {
    const part = dot < 0 ? null : findAlgorithm(written.slice(0, dot));
    return part === null || isBlend(part) ? null : wordsOf(part, written.slice(dot + 1));
  }
  const alias = aliasOf(algorithm, written);
  return alias ? Object.keys(alias.values).join(", ") : null;
}

function aliasOf(algorithm: AlgorithmName, written: string): ParamAlias | null {
  const aliases: Readonly<Record<string, ParamAlias>> = ALGORITHMS[algorithm].paramAliases;
  return Object.hasOwn(aliases, written) ? (aliases[written] ?? null) : null;
}

function valueProblem(spec: ParamSpec, value: unknown): string | null {
  const shown = JSON.stringify(value);
  if (spec.kind === "choice") {
    return spec.choices.includes(value as string | boolean)
      ? null
      : `must be one of ${spec.choices.join(", ")}, not ${shown}.`;
  }
  if (value === null && spec.nullable) return null;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return `must be a number${spec.nullable ? `, or null for ${spec.nullMeans ?? "no limit"}` : ""}, not ${shown}.`;
  }
  if (spec.kind === "int" && !Number.isInteger(value)) return `must be a whole number, not ${value}.`;
  if (value < spec.min || value > spec.max)
    return `must be between ${spec.min} and ${spec.max}, not ${value}.`;
  return null;
}
