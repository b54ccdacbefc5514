import { type Component, createEffect, createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { isPaletteKey } from "./palette-key.ts";
import { isPaletteOpen, setPaletteOpen } from "./palette-state.ts";

/** Opens the command palette by key; its code is loaded when it is first opened. */
export function PaletteHost(): JSX.Element {
  const [palette, setPalette] = createSignal<Component>();
  function onKeyDown(event: KeyboardEvent): void {
    if (!isPaletteKey(event)) return;
    event.preventDefault();
    setPaletteOpen(!isPaletteOpen());
  }
  onMount(() => {
    document.addEventListener("keydown", onKeyDown);
    onCleanup(() => {
      document.removeEventListener("keydown", onKeyDown);
      setPaletteOpen(false);
    });
  });
  createEffect(() => {
    if (!isPaletteOpen() || palette()) return;
    import("./command-palette.tsx").then(
      ({ CommandPalette }) => setPalette(() => CommandPalette),
      (error: unknown) => {
        console.error(error);
        setPaletteOpen(false);
      },
    );
  });
  return <Show when={palette()}>{(found) => <Dynamic component={found()} />}</Show>;
}
