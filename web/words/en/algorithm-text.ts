import type { AlgorithmName } from "#contract/algorithms.ts";

/** What pages say of an algorithm: its name, and one sentence. */
export interface AlgorithmText {
  readonly title: string;
  readonly about: string;
}
/** Type-checked against the list of algorithms. */
export type AlgorithmTexts = Readonly<Record<AlgorithmName, AlgorithmText>>;
