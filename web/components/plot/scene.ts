/**
 * A chart as shapes in pixels, from the upper left. It is drawn on a canvas, written as an SVG file, and asked what lies under the
 * pointer. Colours are names of tokens. A shape with a key belongs to one row of the data.
 */

interface Shape {
  readonly colour: string;
  /** 0 … 1; 1 where absent. */
  readonly opacity?: number;
  readonly key?: number;
}

export interface Dot extends Shape {
  readonly kind: "dot";
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly isHollow?: boolean;
}

export interface Line extends Shape {
  readonly kind: "line";
  /** x and y in turn. */
  readonly points: readonly number[];
  readonly width: number;
}

export interface Bar extends Shape {
  readonly kind: "bar";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isHollow?: boolean;
}

export interface Label extends Shape {
  readonly kind: "label";
  /** The anchor; `y` is the middle of the text. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: "start" | "middle" | "end";
  readonly isStrong?: boolean;
}

export type Mark = Dot | Line | Bar | Label;

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

export const LABEL_PX = 11;
export const LABEL_FONT =
  "Inter, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Hiragino Sans', 'Noto Sans JP', Arial, sans-serif";

/** The nearest shape with a key that is at most so far from a point; the later of equals, which is drawn on top. */
export function keyAt(scene: Scene, x: number, y: number, withinPx: number): number | null {
  let nearest = withinPx;
  let key: number | null = null;
  for (const mark of scene.marks) {
    if (mark.key === undefined) continue;
    const distance = distanceTo(mark, x, y);
    if (distance <= nearest) [nearest, key] = [distance, mark.key];
  }
  return key;
}

/** The shapes of a row of the data. */
export function marksOf(scene: Scene, key: number): readonly Mark[] {
  return scene.marks.filter((mark) => mark.key === key);
}

function distanceTo(mark: Mark, x: number, y: number): number {
  switch (mark.kind) {
    case "dot":
      return Math.max(0, Math.hypot(mark.x - x, mark.y - y) - mark.radius);
    case "bar": {
      const dx = Math.max(mark.x - x, 0, x - mark.x - mark.width);
      const dy = Math.max(mark.y - y, 0, y - mark.y - mark.height);
      return Math.hypot(dx, dy);
    }
    case "line":
      return distanceToLine(mark.points, x, y);
    case "label":
      return Infinity;
  }
}

function distanceToLine(points: readonly number[], x: number, y: number): number {
  let nearest = Infinity;
  for (let at = 0; at + 3 < points.length; at += 2) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [points[at], points[at + 1], points[at + 2], points[at + 3]];
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
    nearest = Math.min(nearest, Math.hypot(x0 + along * dx - x, y0 + along * dy - y));
  }
  return nearest;
}
