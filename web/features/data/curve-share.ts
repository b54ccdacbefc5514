import { formatPercent } from "../../components/format.ts";
import { t } from "../../words/words.ts";

/** With fewer items than this, a share is given as a number of items. */
const COUNTED_UP_TO = 20;

/**
 * The share of items to describe: the one under the pointer, at least one item, and a whole number of items where there
 * are few.
 */
export function toldRatio(ratio: number, items: number): number {
  if (items >= COUNTED_UP_TO) return ratio;
  return Math.max(1, Math.round(ratio * items)) / Math.max(1, items);
}

/** The subject of the sentence: "The top 10% of items hold", "The most popular item holds". */
export function ownerText(ratio: number, items: number): string {
  if (items >= COUNTED_UP_TO) return t("data.curve.top", formatPercent(ratio));
  const count = Math.round(ratio * items);
  return count === 1 ? t("data.curve.first") : t("data.curve.few", count, items);
}

/** Share of the interactions that the most popular `itemRatio` of the items hold; linear between the curve's points. */
export function shareAt(curve: readonly number[], itemRatio: number): number {
  const position = itemRatio * curve.length - 1;
  if (position >= curve.length - 1) return curve.at(-1) ?? 0;
  const below = position < 0 ? 0 : (curve[Math.floor(position)] ?? 0);
  const above = curve[Math.floor(position) + 1] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
