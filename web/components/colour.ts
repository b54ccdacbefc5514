import { type Accessor, createSignal, onCleanup } from "solid-js";
import { theme } from "./theme.ts";

/** The current value of a colour token, for a canvas, which cannot read custom properties. */
export function resolveColour(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--color-${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Changes with the theme, chosen here or by the system. */
export function createColourScheme(): Accessor<string> {
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  const [isSystemDark, setSystemDark] = createSignal(media.matches);
  const follow = () => setSystemDark(media.matches);
  media.addEventListener("change", follow);
  onCleanup(() => media.removeEventListener("change", follow));
  return () => `${theme()}/${isSystemDark()}`;
}
