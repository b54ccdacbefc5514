/** The language in which the page speaks. */
import { createRoot, createSignal } from "solid-js";
import type { AlgorithmTexts } from "./en/algorithm-text.ts";
import type { Catalogue } from "./en/catalogue.ts";
import { en } from "./en/index.ts";

export const LANGUAGES = ["en", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Whether a text is the name of a language that we have. */
export const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.some((language) => language === text);

/** A language and its texts change together, so that no text is read in another than its page. */
interface Spoken {
  readonly language: Language;
  readonly catalogue: Catalogue;
  /** Null in English, whose texts stand in the contract beside the algorithms. */
  readonly algorithmTexts: AlgorithmTexts | null;
}

const [spoken, setSpoken] = createRoot(() =>
  createSignal<Spoken>({ language: "en", catalogue: en, algorithmTexts: null }),
);

export { setSpoken };

export const language = (): Language => spoken().language;
export const algorithmTexts = (): AlgorithmTexts | null => spoken().algorithmTexts;
export const catalogue = (): Catalogue => spoken().catalogue;

/**
 * The language that a visitor reads.
 * @param chosen What this device has stored; null if nothing.
 * @param preferred Tags of languages, the most wanted first, such as `navigator.languages`.
 */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return preferred.map((tag) => tag.split("-")[0]).find(isLanguage) ?? "en";
}
