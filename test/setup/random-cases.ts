/** A run of all tests takes every fifth of the random cases; `EDGEWISE_CASES=all` takes all. */
const PART = process.env.EDGEWISE_CASES === "all" ? 1 : 5;

/** How many of that many random cases a test takes, the first ones of its seed. */
export function casesOf(all: number): number {
  return Math.ceil(all / PART);
}
