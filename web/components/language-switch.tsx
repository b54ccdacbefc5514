import { For, type JSX } from "solid-js";
import { chooseLanguage, LANGUAGE_NAMES } from "../words/choose-language.ts";
import { isLanguage, LANGUAGES, language } from "../words/language.ts";
import { t } from "../words/words.ts";

export function LanguageSwitch(): JSX.Element {
  return (
    <select
      aria-label={t("shell.language")}
      class="h-8 rounded-md bg-transparent px-1.5 text-sm text-muted hover:bg-hover hover:text-ink"
      value={language()}
      onChange={(event) => {
        const { value } = event.currentTarget;
        if (isLanguage(value)) void chooseLanguage(value);
      }}
    >
      <For each={LANGUAGES}>
        {(name) => (
          <option value={name} lang={name}>
            {LANGUAGE_NAMES[name]}
          </option>
        )}
      </For>
    </select>
  );
}
