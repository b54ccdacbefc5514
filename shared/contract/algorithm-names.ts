/** Names of algorithms outside: the class names of irspack and Recotem, and names from papers. */
import { ALGORITHM_NAMES, ALGORITHMS, type AlgorithmDefinition, type AlgorithmName } from "./algorithms.ts";

/** The class name that irspack and Recotem's clients use, e.g. `IALSRecommender`. */
export function recommenderClassName(algorithm: AlgorithmName): string {
  return `${algorithm}Recommender`;
}

/**
 * Resolves every name of an algorithm to ours: `IALS`, `IALSRecommender` or `IALSOptimizer`, in any case and with or without hyphens
 * (`iALS`, `GF-CF`), and the aliases. Null when unknown.
 */
export function findAlgorithm(name: string): AlgorithmName | null {
  const stem = name
    .trim()
    .replace(/(Recommender|Optimizer)$/i, "")
    .replaceAll("-", "")
    .toLowerCase();
  const isNamed = (known: AlgorithmName) => {
    const { name, aliases }: AlgorithmDefinition = ALGORITHMS[known];
    return name.toLowerCase() === stem || aliases.includes(stem);
  };
  return ALGORITHM_NAMES.find(isNamed) ?? null;
}

/** The class name of an algorithm under any of its names; null when unknown. */
export function findClassName(name: string): string | null {
  const algorithm = findAlgorithm(name);
  return algorithm === null ? null : recommenderClassName(algorithm);
}
