/** Numbers in queries, where everything is text: one reading for all of them. */
import * as z from "zod";

const WHOLE = /^\s*[+-]?\d{1,15}\s*$/;
const DECIMAL = /^\s*[+-]?\d{1,15}(?:\.\d{0,15})?\s*$/;

/** The whole number of a text of decimal digits; null for any other text, such as `0x5`, `1e3` or nothing. */
export function wholeNumberOf(text: string): number | null {
  return WHOLE.test(text) ? Number(text) : null;
}

/** The same, with decimals. */
export function decimalOf(text: string): number | null {
  return DECIMAL.test(text) ? Number(text) : null;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The message of a field that takes whole numbers alone: fields with fractions have zod's. */
export const WHOLE_NUMBER_TEXT = "Input should be a valid integer";

/** A field that takes a whole number, or its digits as text. */
export function wholeNumber({ min, max }: Bounds) {
  return z
    .preprocess(
      (raw) => (typeof raw === "string" ? (wholeNumberOf(raw) ?? raw) : raw),
      z.number(WHOLE_NUMBER_TEXT).int().min(min).max(max),
    )
    .meta({ type: "integer", minimum: min, maximum: max });
}
