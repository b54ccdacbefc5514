/** When an item may be recommended again to somebody who has it. */
export const SEEN_RULES = ["never", "after_days", "always"] as const;
export type SeenRuleName = (typeof SEEN_RULES)[number];
