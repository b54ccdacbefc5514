import { NEVER_SEEN, type UserProfile } from "./user-profile.ts";

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

/** The seen items that a rule leaves out. Where all items of a profile count as seen, those of `never` are the profile's, without a copy. */
export function seenItems(
  { profile, lastAt, seenAt }: Pick<UserProfile, "profile" | "lastAt" | "seenAt">,
  rule: SeenRule,
  { now, trainedAt }: SeenAt,
): Uint32Array {
  if (rule.kind === "always") return new Uint32Array();
  const times = seenAt ?? lastAt;
  if (rule.kind === "never") {
    return seenAt
      ? profile.indices.filter((itemIndex) => times.get(itemIndex) !== NEVER_SEEN)
      : profile.indices;
  }
  const since = now - rule.days * DAY_MS;
  const trained = trainedAt ?? now;
  return profile.indices.filter((itemIndex) => (times.get(itemIndex) ?? trained) > since);
}
