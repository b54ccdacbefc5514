import type { WeighedRows } from "./cosine-index.ts";
import type { ExpectedUsers } from "./expected-users.ts";
import type { ContentColumns, ContentWeighting } from "./row-weigher.ts";

/** All that a content model is. */
export interface ContentParts extends WeighedRows {
  readonly weighting: ContentWeighting;
  readonly columns: ContentColumns;
  /** The power of an interaction's weight in a profile. */
  readonly weightPower: number;
  /** By item, what popularity multiplies its cosine by; 0 for items without interactions. */
  readonly popularity: Float32Array;
  /** The popularity that an item may expect by what it is. */
  readonly expected: ExpectedUsers;
  /** By feature of users, 1 + the same feature of items; 0 if items do not have it. */
  readonly links: Uint32Array;
}
