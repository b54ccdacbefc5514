export const RATE_SCOPES = ["anon", "user", "login", "recommendation"] as const;
export type RateScope = (typeof RATE_SCOPES)[number];
/** Calls a minute; null where there is no limit. */
export type RateLimits = Readonly<Record<RateScope, number | null>>;

/**
 * Recotem's rates, except `user`: it allows 100, and a dashboard that follows a job live and uploads a file in 63 parts would
 * exceed that.
 */
export const DEFAULT_RATES: RateLimits = { anon: 20, user: 600, login: 5, recommendation: 30 };
export const NO_LIMITS: RateLimits = { anon: null, user: null, login: null, recommendation: null };
