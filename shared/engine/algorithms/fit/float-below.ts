/** The number rounded to 32 bits, downwards. */
export function floatBelow(value: number): number {
  const rounded = Math.fround(value);
  return rounded <= value ? rounded : Math.fround(rounded - Math.abs(rounded) * 2 ** -23);
}
