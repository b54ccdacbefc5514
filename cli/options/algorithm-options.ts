import { findAlgorithm } from "#contract/algorithm-names.ts";
import { ALGORITHM_NAMES, type AlgorithmName, type AlgorithmParams, isBlend } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { listOf } from "./command-line.ts";
import { UsageError } from "./usage-error.ts";

/** Resolves a name, also irspack's class names. Throws `UsageError` that lists the known names. */
export function algorithmNamed(text: string): AlgorithmName {
  const name = findAlgorithm(text);
  if (name === null) {
    throw new UsageError(`Unknown algorithm "${text}"; the algorithms are ${ALGORITHM_NAMES.join(", ")}.`);
  }
  return name;
}

export function algorithmsNamed(text: string): AlgorithmName[] {
  return [...new Set(listOf("algorithms", text).map(algorithmNamed))];
}

/** Parses `--params`. Throws `UsageError` for text that is not a JSON object or does not suit the algorithm. */
export function paramsOf(algorithm: AlgorithmName, json: string | undefined): AlgorithmParams {
  const raw = json === undefined ? {} : jsonObject(json);
  const parsed = parseParams(algorithm, raw);
  if (!parsed.ok)
    throw new UsageError(`--params: ${parsed.problems.map(({ message }) => message).join(" ")}`);
  // Parameters for the result, with the defaults. The defaults of a blend are left out: they are the parameters of
  // every algorithm.
  return isBlend(algorithm) ? parsed.given : parsed.params;
}

function jsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--params is not JSON: ${(error as Error).message}.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`--params must be a JSON object like {"top_k": 100}.`);
  }
  return value as Record<string, unknown>;
}
