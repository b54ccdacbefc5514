import type { JSX } from "solid-js";
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
      label={`Theme: ${theme()}. Switch to ${next()}`}
      onClick={() => setTheme(next())}
    />
  );
}
