/** A person's lists without a rule and with it, by the saved rules and the code of serving. */
import type { Servable } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendedItem } from "#engine/serve/recommendation.ts";
import type { KnownOfUser } from "#engine/serve/user-profile.ts";
import type { RuleTrial } from "#services/preview.ts";
import type { SavedRule } from "#storage/routing-store.ts";
import type { ChangeRules } from "./serving/saved-rules.ts";
import type { Serving } from "./serving/serving.ts";

export interface RuledModel {
  readonly projectId: number;
  readonly servable: Servable;
  /** Items that nobody may get, by index. */
  readonly hidden: Uint32Array;
}

export interface RuledItems {
  readonly without: readonly RecommendedItem[];
  readonly with: readonly RecommendedItem[];
  /** Of the list with the rule. */
  readonly warnings: string[];
}

/** @param at Which saved rules are in force, epoch milliseconds. */
export async function ruledItems(
  serving: Pick<Serving, "dialect" | "savedRules">,
  { projectId, servable, hidden }: RuledModel,
  known: KnownOfUser & { readonly userId: string },
  { trial, at }: { readonly trial: RuleTrial; readonly at: number },
): Promise<RuledItems> {
  const { asScored } = serving.dialect;
  const listBy = async (change: ChangeRules) => {
    const saved = await serving.savedRules(projectId, known.userId, at, change);
    const ruled = await saved?.(servable.items);
    const wanted = { ...known, asScored, hidden, offset: 0, limit: trial.limit, now: at };
    const { items } = recommend(servable, { ...wanted, similar: "after_profile", ...ruled?.request });
    return { items, warnings: [...(ruled?.warnings ?? [])] };
  };
  const others: ChangeRules = (saved) => saved.filter(({ id }) => id !== trial.replaces);
  const without = await listBy(others);
  const tried = await listBy((saved) => withTrial(others(saved), trial));
  return { without: without.items, with: tried.items, warnings: tried.warnings };
}

/** Of rules with the same priority the older one comes first, so the tried one comes last. It has no name in warnings yet. */
function withTrial(saved: readonly SavedRule[], { rule, priority, replaces }: RuleTrial): SavedRule[] {
  const tried = { id: replaces ?? Number.MAX_SAFE_INTEGER, name: "", rule, priority, from: null, to: null };
  return [...saved, tried];
}
