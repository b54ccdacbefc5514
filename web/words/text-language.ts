import { language } from "./language.ts";

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

/**
 * The language of a text that may be the server's: those are English. For the attribute `lang`, so that a screen reader reads an
 * English sentence on a Japanese page as English; undefined where the text has the page's language.
 */
export function languageOf(text: string): "en" | undefined {
  return language() === "en" || JAPANESE.test(text) ? undefined : "en";
}
