import type { RuleImpactResponse } from "#contract/saved-rule.ts";
import { formatCount } from "../../components/format.ts";
import { t } from "../../words/words.ts";

type Impact = Pick<RuleImpactResponse, "people" | "changed" | "mean_new_items" | "emptied">;

/** What a rule changes for people, as one sentence. */
export function impactText({ people, changed, mean_new_items: newItems, emptied }: Impact): string {
  if (changed === 0 || newItems === null) return t("rules.impact.none", formatCount(people));
  const isOrder = newItems === 0 && emptied < changed;
  return t("rules.impact.sentence", [
    t("rules.impact.some", formatCount(changed), formatCount(people)),
    ...(newItems > 0 ? [t("rules.impact.newItems", newItems.toFixed(1))] : []),
    ...(isOrder ? [t("rules.impact.fewer")] : []),
    ...(emptied > 0 ? [t("rules.impact.emptied", formatCount(emptied))] : []),
  ]);
}
