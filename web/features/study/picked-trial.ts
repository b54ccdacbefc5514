import { createSignal } from "solid-js";

/** The trial that is pointed at and the one that is picked, shared by the charts and the table of a study. */
export function createPickedTrial() {
  const [hovered, setHovered] = createSignal<number | null>(null);
  const [picked, setPicked] = createSignal<number | null>(null);
  return {
    hovered,
    setHovered,
    picked,
    /** Picks a trial; the picked one again, or nothing, ends it. */
    pick: (number: number | null) => setPicked((known) => (known === number ? null : number)),
  };
}

export type PickedTrial = ReturnType<typeof createPickedTrial>;
