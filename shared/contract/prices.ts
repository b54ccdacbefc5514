/** Cloudflare's price list for the paid plan, November 2026: https://developers.cloudflare.com/workers/platform/pricing/. */

/** Dollars a million, without what the plan includes. */
export const PRICES = {
  request: 0.3,
  cpuMs: 0.02,
  objectRequest: 0.15,
  /** An object that is awake has 128 MB. */
  objectGbSecond: 12.5,
  rowWritten: 1,
  /** Class A: an object is written, or objects are listed. */
  r2Write: 4.5,
  /** Class B: an object or a range of it is read. Deleting is free. */
  r2Read: 0.36,
  /** A message of up to 64 KB takes three: it is written, read and deleted. */
  queueOperation: 0.4,
} as const;
