/** Share of the interactions that the most popular `itemRatio` of the items hold; linear between the curve's points. */
export function shareAt(curve: readonly number[], itemRatio: number): number {
  const position = itemRatio * curve.length - 1;
  if (position >= curve.length - 1) return curve.at(-1) ?? 0;
  const below = position < 0 ? 0 : (curve[Math.floor(position)] ?? 0);
  const above = curve[Math.floor(position) + 1] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
