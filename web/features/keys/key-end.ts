/** When a new key stops working: never, or at the end of a day, in the visitor's time. */

/** Days from today that the form offers; null for never. */
export const KEY_LIFETIMES = [null, 30, 90, 365] as const;
export type KeyLifetime = (typeof KEY_LIFETIMES)[number];

/** The last moment of the day that lies some days after `now`, as ISO 8601 in UTC; null for never. */
export function keyEnd(lifetime: KeyLifetime, now: Date): string | null {
  if (lifetime === null) return null;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + lifetime, 23, 59, 59).toISOString();
}

/** The lifetime with its form's value, or never. */
export function lifetimeOf(value: string): KeyLifetime {
  return KEY_LIFETIMES.find((days) => String(days) === value) ?? null;
}
