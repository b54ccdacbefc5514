import { ALGORITHM_NAMES, type AlgorithmName, findAlgorithm } from "#contract/algorithms.ts";

const TITLES: Readonly<Partial<Record<AlgorithmName, string>>> = {
  TopPop: "Popularity",
  CosineKNN: "Cosine KNN",
  IALS: "iALS",
};

const ABOUT: Readonly<Partial<Record<AlgorithmName, string>>> = {
  TopPop: "The same most popular items for everybody: the baseline to beat.",
  CosineKNN: "Items liked by the same people.",
  IALS: "Latent factors of people and items, by implicit alternating least squares.",
};

/** How many series colours the tokens hold; the last is the baseline's grey. */
const SERIES_COUNT = 6;

/** An algorithm's name as shown; also of irspack's class names. Unknown ones are shown as they are. */
export function algorithmTitle(name: string | null): string {
  if (name === null) return "not chosen yet";
  const known = findAlgorithm(name);
  return (known && TITLES[known]) ?? known ?? name;
}

export function algorithmAbout(name: AlgorithmName): string {
  return ABOUT[name] ?? "";
}

/** 1 … 6, the same on every page. */
export function algorithmSeries(name: string | null): number {
  const known = name === null ? null : findAlgorithm(name);
  if (known === null || known === "TopPop") return SERIES_COUNT;
  const ranked = ALGORITHM_NAMES.filter((other) => other !== "TopPop").reverse();
  return (ranked.indexOf(known) % (SERIES_COUNT - 1)) + 1;
}

/** `IALS.n_components`, `IALS_n_components` and `n_components` are one parameter. */
export function paramTitle(param: string, algorithm: string | null): string {
  return algorithm !== null && param.startsWith(algorithm) ? param.slice(algorithm.length + 1) : param;
}
