import type { JSX } from "solid-js";
import { t } from "../words/words.ts";
import { IconButton } from "./button.tsx";
import type { IconName } from "./icon.tsx";
import { setTheme, THEMES, type Theme, theme } from "./theme.ts";

const ICONS: Readonly<Record<Theme, IconName>> = { system: "monitor", light: "sun", dark: "moon" };

/** Cycles through: as the system, light, dark. */
export function ThemeSwitch(): JSX.Element {
  const next = (): Theme => THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] ?? "system";
  return (
    <IconButton
      icon={ICONS[theme()]}
      label={t("shell.theme", t(`shell.themes.${theme()}`), t(`shell.themes.${next()}`))}
      onClick={() => setTheme(next())}
    />
  );
}
