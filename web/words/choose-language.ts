/** The language of the page's texts: the browser's if we have it, or the one chosen on this device. */

import type { AlgorithmTexts } from "./en/algorithm-text.ts";
import type { Catalogue } from "./en/catalogue.ts";
import { en } from "./en/index.ts";
import { type Language, pickLanguage, setSpoken } from "./language.ts";

/** Each language by its own name, so that its readers find it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", ja: "日本語" };

const STORAGE_KEY = "edgewise.language";

interface Words {
  readonly catalogue: Catalogue;
  readonly algorithmTexts: AlgorithmTexts | null;
}

/** English comes with the page; the others are loaded when they are chosen. */
const load: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => ({ catalogue: en, algorithmTexts: null }),
  ja: async () => {
    const { ja, algorithmTexts } = await import("./ja/index.ts");
    return { catalogue: ja, algorithmTexts };
  },
};

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    // Storage is blocked: the browser's language counts.
    return null;
  }
}

async function speak(next: Language): Promise<void> {
  const words = await load[next]();
  document.documentElement.lang = next;
  setSpoken({ language: next, ...words });
}

/** Loads the visitor's language. To be awaited before the first paint, so that no page shows two languages. */
export async function startLanguage(): Promise<void> {
  const wanted = pickLanguage(stored(), navigator.languages);
  if (wanted === "en") return;
  try {
    await speak(wanted);
  } catch (error) {
    // A page in English is better than none.
    console.error(error);
  }
}

/** Changes the language at once, and on later visits. */
export async function chooseLanguage(next: Language): Promise<void> {
  await speak(next);
  try {
    localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Storage is blocked: the choice holds for this visit.
  }
}
