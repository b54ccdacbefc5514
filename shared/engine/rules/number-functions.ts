/** Arithmetic and functions over numbers, where NaN is no value and every result without a finite value is NaN. */
import type { NumberFunction } from "./checked.ts";
import type { ArithmeticOperator } from "./syntax.ts";

type Operand = Float64Array | number;

/** Sets `out[row] = left[row] operator right[row]`; a number stands for all rows. A division by zero has no value. */
export function combineNumbers(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  out: Float64Array,
): void {
  LOOPS[operator](columnOf(left), columnOf(right), out);
}

interface NumbersByRow {
  readonly values: Float64Array;
  /** 0 where the first value stands for all rows. */
  readonly stride: 0 | 1;
}

function columnOf(operand: Operand): NumbersByRow {
  return typeof operand === "number"
    ? { values: Float64Array.of(operand), stride: 0 }
    : { values: operand, stride: 1 };
}

type Loop = (left: NumbersByRow, right: NumbersByRow, out: Float64Array) => void;

/** A loop for each operator: choosing it for each row costs ten times as much. */
const LOOPS: Readonly<Record<ArithmeticOperator, Loop>> = {
  "+": ({ values: left, stride: ls }, { values: right, stride: rs }, out) => {
    for (let row = 0; row < out.length; row++) {
      out[row] = finite((left[row * ls] as number) + (right[row * rs] as number));
    }
  },
  "-": ({ values: left, stride: ls }, { values: right, stride: rs }, out) => {
    for (let row = 0; row < out.length; row++) {
      out[row] = finite((left[row * ls] as number) - (right[row * rs] as number));
    }
  },
  "*": ({ values: left, stride: ls }, { values: right, stride: rs }, out) => {
    for (let row = 0; row < out.length; row++) {
      out[row] = finite((left[row * ls] as number) * (right[row * rs] as number));
    }
  },
  "/": ({ values: left, stride: ls }, { values: right, stride: rs }, out) => {
    for (let row = 0; row < out.length; row++) {
      out[row] = finite((left[row * ls] as number) / (right[row * rs] as number));
    }
  },
};

/** One function of its arguments. `min` and `max` leave out arguments without a value, `coalesce` takes the first with one. */
export function numberOfFunction(name: NumberFunction, args: readonly number[]): number {
  const first = args[0] as number;
  switch (name) {
    case "abs":
      return Math.abs(first);
    case "log":
      return finite(Math.log(first));
    case "sqrt":
      return Math.sqrt(first);
    case "coalesce":
      return args.find((value) => !Number.isNaN(value)) ?? Number.NaN;
    case "min":
    case "max":
      return extreme(name, args);
  }
}

function extreme(name: "min" | "max", args: readonly number[]): number {
  let best = Number.NaN;
  for (const value of args) {
    const isBetter = name === "min" ? value < best : value > best;
    if (isBetter || Number.isNaN(best)) best = value;
  }
  return best;
}

function finite(value: number): number {
  // Infinity minus itself is NaN, and so is NaN minus itself.
  return value - value === 0 ? value : Number.NaN;
}
