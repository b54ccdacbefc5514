/** A double holds this many digits of any fraction. */
const MAX_FRACTION_DIGITS = 15;
const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;

export const AMBIGUOUS_NUMBER_TEXT =
  "A number of this length loses digits in JSON. Send it as a string, in quotation marks.";

/**
 * The text of a JSON number that stands for an id or a name. Null if the client may have written another number. Such are whole
 * numbers beyond 2^53 - 1, more digits than a double holds, and numbers that need an exponent.
 */
export function textOfNumber(value: number): string | null {
  const text = String(value);
  if (!PLAIN_DECIMAL.test(text)) return null;
  if (Number.isInteger(value)) return Number.isSafeInteger(value) ? text : null;
  const digits = text.replace(/\D/g, "").replace(/^0+/, "");
  return digits.length <= MAX_FRACTION_DIGITS ? text : null;
}
