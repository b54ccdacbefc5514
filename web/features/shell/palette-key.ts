/** The part of a key press that tells which keys are held. */
interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Ctrl K, or ⌘ K on a Mac. */
export function isPaletteKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): boolean {
  return ctrlKey !== metaKey && !altKey && !shiftKey && key.toLowerCase() === "k";
}
