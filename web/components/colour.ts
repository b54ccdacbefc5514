import { type Accessor, createSignal, onCleanup } from "solid-js";
import { theme } from "./theme.ts";

/** What a colour token is right now, for a canvas, which knows no custom properties. */
export function resolveColour(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--color-${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Changes whenever colours do: by the switch, or by the system. */
export function createColourScheme(): Accessor<string> {
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  const [isSystemDark, setSystemDark] = createSignal(media.matches);
  const follow = () => setSystemDark(media.matches);
  media.addEventListener("change", follow);
  onCleanup(() => media.removeEventListener("change", follow));
  return () => `${theme()}/${isSystemDark()}`;
}
