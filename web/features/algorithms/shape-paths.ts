import type { Shape } from "./algorithm-look.ts";

/** The side of the square that the shapes are drawn in. */
export const SHAPE_SIZE = 10;

/** Outlines as SVG has them. The hole of the ring turns the other way round, so that every fill rule leaves it open. */
export const SHAPE_PATHS: Readonly<Record<Shape, string>> = {
  circle: "M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8z",
  square: "M1.5 1.5h7v7h-7z",
  diamond: "M5 .3 9.7 5 5 9.7.3 5z",
  triangle: "M5 .8 9.6 9H.4z",
  ring: "M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8zM5 3.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 1 0 0-3.6z",
  cross: "M3.5.8h3v2.7h2.7v3H6.5v2.7h-3V6.5H.8v-3h2.7z",
};
