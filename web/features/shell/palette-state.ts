import { createRoot, createSignal } from "solid-js";

/** Whether the command palette is open: a key opens it on every page, and a button of the top bar. */
const [isPaletteOpen, setPaletteOpen] = createRoot(() => createSignal(false));

export { isPaletteOpen, setPaletteOpen };
