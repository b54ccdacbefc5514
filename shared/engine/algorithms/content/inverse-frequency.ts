/** How much a key counts, by the rows that have it: rare ones count more. Never 0, so a key of all rows still counts. */
export function inverseFrequency(rowCount: number, rowsWithKey: number): number {
  return Math.log((1 + rowCount) / (1 + rowsWithKey)) + 1;
}
