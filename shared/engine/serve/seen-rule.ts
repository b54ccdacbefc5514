import type { UserProfile } from "./user-profile.ts";

/** When an item may be recommended to somebody who has it already. */
export type SeenRule =
  | { readonly kind: "never" }
  | { readonly kind: "after_days"; readonly days: number }
  | { readonly kind: "always" };

export const NEVER_AGAIN: SeenRule = { kind: "never" };

export interface SeenAt {
  /** Epoch milliseconds. */
  readonly now: number;
  /**
   * When the model was trained, epoch milliseconds: nothing in its history is later. Null if unknown; its history then counts as
   * recent.
   */
  readonly trainedAt: number | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The seen items that a rule leaves out. Items of `never` are the whole profile, without a copy. */
export function seenItems(
  { profile, lastAt }: Pick<UserProfile, "profile" | "lastAt">,
  rule: SeenRule,
  { now, trainedAt }: SeenAt,
): Uint32Array {
  if (rule.kind === "never") return profile.indices;
  if (rule.kind === "always") return new Uint32Array();
  const since = now - rule.days * DAY_MS;
  const trained = trainedAt ?? now;
  return profile.indices.filter((itemIndex) => (lastAt.get(itemIndex) ?? trained) > since);
}
