import type { JSX } from "solid-js";
import { algorithmSeries, algorithmShape } from "./algorithm-look.ts";
import { SHAPE_PATHS, SHAPE_SIZE } from "./shape-paths.ts";

/** A mark in the algorithm's colour and in the shape of its family. */
export function AlgorithmDot(props: { algorithm: string | null }): JSX.Element {
  return (
    <svg
      class="inline-block size-2.5 shrink-0"
      viewBox={`0 0 ${SHAPE_SIZE} ${SHAPE_SIZE}`}
      aria-hidden="true"
    >
      <path
        d={SHAPE_PATHS[algorithmShape(props.algorithm)]}
        style={{ fill: `var(--color-${algorithmSeries(props.algorithm)})` }}
      />
    </svg>
  );
}
