/** Why an item stands in a list, as one line. Pure. */

import type { ScoredItem } from "#contract/model.ts";
import type { ItemRow } from "../../api/item-meta-data.ts";
import { formatPercent } from "../../components/format.ts";
import { t } from "../../words/words.ts";

type Reason = NonNullable<ScoredItem["reasons"]>[number];

const VALUES_SHOWN = 5;
/** Values in one text, unless the table says what separates them. */
const USUAL_SEPARATOR = "|";

/** "Because of Heat (62%), Casino (20%)"; null without reasons. */
export function reasonsText(reasons: readonly Reason[], titleOf: (itemId: string) => string): string | null {
  if (reasons.length === 0) return null;
  const texts = reasons.map((reason) => {
    const named = "item_id" in reason ? titleOf(reason.item_id) : `${reason.column}: ${reason.value}`;
    return `${named} (${formatPercent(reason.share)})`;
  });
  return t("models.why.because", texts.join(", "));
}

/** "In common: Comedy, Drama": the values that both rows have; null without any. */
export function sharedText(
  a: ItemRow | undefined,
  b: ItemRow | undefined,
  separators: Readonly<Record<string, string | null>> = {},
): string | null {
  if (!a || !b) return null;
  const shared = Object.keys(a).flatMap((column) => {
    if (column === "item_id") return [];
    const separator = separators[column] ?? USUAL_SEPARATOR;
    const others = new Set(valuesOf(b[column], separator));
    return valuesOf(a[column], separator).filter((value) => others.has(value));
  });
  return shared.length === 0
    ? null
    : t("models.why.common", [...new Set(shared)].slice(0, VALUES_SHOWN).join(", "));
}

function valuesOf(value: unknown, separator: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => valuesOf(one, separator));
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "string") return [];
  return value
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
