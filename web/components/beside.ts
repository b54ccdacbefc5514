const GAP_PX = 6;
const EDGE_PX = 8;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where a small box stands, px of the window: above another and in its middle, or below where there is no room above; never beyond an edge.
 */
export function besideOf(
  other: Box,
  size: Pick<Box, "width" | "height">,
  view: Pick<Box, "width" | "height">,
): { readonly left: number; readonly top: number } {
  const above = other.top - size.height - GAP_PX;
  const middle = other.left + other.width / 2 - size.width / 2;
  const rightmost = view.width - size.width - EDGE_PX;
  return {
    left: Math.max(EDGE_PX, Math.min(middle, rightmost)),
    top: above >= EDGE_PX ? above : other.top + other.height + GAP_PX,
  };
}
