/**
 * Comparisons of numbers row by row, as bits. A comparison with NaN, which is no value, is false.
 *
 * Each loop stands alone and takes four rows a turn without branches. A shared loop with the test as a function, or a branch for
 * each row, is five times slower (test/bench/rules.ts).
 */
import { type Bitmap, setBit } from "../catalogue/bitmap.ts";

type Numbers = Float64Array;
export type BoundComparison = "<" | "<=" | "==" | ">" | ">=";

/** Sets each bit of `out` to whether `values[row]` compares to the bound. Both have the same rows. */
export function compareToBoundInto(
  operator: BoundComparison,
  values: Numbers,
  bound: number,
  out: Bitmap,
): void {
  const words = values.length >>> 5;
  out.fill(0);
  BOUND_LOOPS[operator](values, bound, out, words);
  for (let row = words * 32; row < values.length; row++) {
    if (compares(operator, values[row] as number, bound)) setBit(out, row);
  }
}

/** Sets each bit of `out` to whether `left[row]` compares to `right[row]`. All have the same rows. */
export function compareRowsInto(
  operator: "<" | "<=" | "==",
  left: Numbers,
  right: Numbers,
  out: Bitmap,
): void {
  const words = left.length >>> 5;
  out.fill(0);
  ROW_LOOPS[operator](left, right, out, words);
  for (let row = words * 32; row < left.length; row++) {
    if (compares(operator, left[row] as number, right[row] as number)) setBit(out, row);
  }
}

/** A comparison of two numbers. */
export function compares(operator: BoundComparison, left: number, right: number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case "==":
      return left === right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

type BoundLoop = (values: Numbers, bound: number, out: Bitmap, words: number) => void;
type RowLoop = (left: Numbers, right: Numbers, out: Bitmap, words: number) => void;

const BOUND_LOOPS: Readonly<Record<BoundComparison, BoundLoop>> = {
  "<": below,
  "<=": atMost,
  "==": equal,
  ">": above,
  ">=": atLeast,
};

const ROW_LOOPS: Readonly<Record<"<" | "<=" | "==", RowLoop>> = {
  "<": rowsBelow,
  "<=": rowsAtMost,
  "==": rowsEqual,
};

function below(values: Numbers, bound: number, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((values[row] as number) < bound);
      const second = +((values[row + 1] as number) < bound);
      const third = +((values[row + 2] as number) < bound);
      const fourth = +((values[row + 3] as number) < bound);
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}

function atMost(values: Numbers, bound: number, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((values[row] as number) <= bound);
      const second = +((values[row + 1] as number) <= bound);
      const third = +((values[row + 2] as number) <= bound);
      const fourth = +((values[row + 3] as number) <= bound);
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}

function equal(values: Numbers, bound: number, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((values[row] as number) === bound);
      const second = +((values[row + 1] as number) === bound);
      const third = +((values[row + 2] as number) === bound);
      const fourth = +((values[row + 3] as number) === bound);
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}

function above(values: Numbers, bound: number, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((values[row] as number) > bound);
      const second = +((values[row + 1] as number) > bound);
      const third = +((values[row + 2] as number) > bound);
      const fourth = +((values[row + 3] as number) > bound);
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}

function atLeast(values: Numbers, bound: number, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((values[row] as number) >= bound);
      const second = +((values[row + 1] as number) >= bound);
      const third = +((values[row + 2] as number) >= bound);
      const fourth = +((values[row + 3] as number) >= bound);
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}

function rowsBelow(left: Numbers, right: Numbers, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((left[row] as number) < (right[row] as number));
      const second = +((left[row + 1] as number) < (right[row + 1] as number));
      const third = +((left[row + 2] as number) < (right[row + 2] as number));
      const fourth = +((left[row + 3] as number) < (right[row + 3] as number));
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}

function rowsAtMost(left: Numbers, right: Numbers, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((left[row] as number) <= (right[row] as number));
      const second = +((left[row + 1] as number) <= (right[row + 1] as number));
      const third = +((left[row + 2] as number) <= (right[row + 2] as number));
      const fourth = +((left[row + 3] as number) <= (right[row + 3] as number));
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}

function rowsEqual(left: Numbers, right: Numbers, out: Bitmap, words: number): void {
  for (let word = 0, row = 0; word < words; word++) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, row += 4) {
      const first = +((left[row] as number) === (right[row] as number));
      const second = +((left[row + 1] as number) === (right[row + 1] as number));
      const third = +((left[row + 2] as number) === (right[row + 2] as number));
      const fourth = +((left[row + 3] as number) === (right[row + 3] as number));
      bits |= (first | (second << 1) | (third << 2) | (fourth << 3)) << shift;
    }
    out[word] = bits;
  }
}
