import type { JSX } from "solid-js";
import { algorithmSeries } from "./algorithm-look.ts";

/** A dot in the algorithm's colour. */
export function AlgorithmDot(props: { algorithm: string | null }): JSX.Element {
  return (
    <span
      class="inline-block size-2 shrink-0 rounded-full"
      style={{ "background-color": `var(--color-${algorithmSeries(props.algorithm)})` }}
      aria-hidden="true"
    />
  );
}
