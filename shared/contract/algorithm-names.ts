/** What algorithms are called outside: the class names of irspack and Recotem, and names from papers. */
import { ALGORITHM_NAMES, type AlgorithmName } from "./algorithms.ts";

/** Other names, in lower case and without hyphens. */
const ALIASES: Readonly<Record<string, AlgorithmName>> = {
  popularity: "TopPop",
  bprfm: "BPR",
  ease: "DenseSLIM",
  sansa: "SparseSLIM",
  sparseease: "SparseSLIM",
  puresvd: "TruncatedSVD",
};

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
  if (Object.hasOwn(ALIASES, stem)) return ALIASES[stem] ?? null;
  return ALGORITHM_NAMES.find((known) => known.toLowerCase() === stem) ?? null;
}

/** The class name of whatever name an algorithm goes by; null when unknown. */
export function findClassName(name: string): string | null {
  const algorithm = findAlgorithm(name);
  return algorithm === null ? null : recommenderClassName(algorithm);
}
