/**
 * The list of a person with few interactions, by rules instead of a model. The rules are those of the K-pop recommendation service:
 *
 *   score = community · 1 + tags · T + recency · R + popularity · P,   each word a weight of the settings.
 *
 * Only items of communities that the person follows have a score. Over these candidates:
 *
 * - T: how often the item's tags occur, as a share of the occurrences of all tags.
 * - R: 1 for an item of now or later, falling to 0 in a straight line over `recency_days`. An item without a date counts as new.
 * - P: the item's engagement (its counts, weighted) as a share of the highest in its community.
 */
import { COLD_START_RULES, type ColdStartRule, type ColdStartSettings } from "#contract/cold-start.ts";
import { hasBit } from "../catalogue/bitmap.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import {
  type CommunityReader,
  communityReader,
  countTags,
  datesOf,
  engagementOf,
  sharedTags,
  type TagCodes,
  tagCodes,
  tagsOf,
} from "./cold-start-columns.ts";
import type { PropertyReason } from "./explain-features.ts";
import type { UserProfile } from "./user-profile.ts";

export interface ColdStart {
  /** With fewer interactions a person gets the list of the rules. */
  readonly threshold: number;
  /** Sets the score of each candidate; the others keep what they have. */
  scoreInto(scores: Float32Array): void;
  /** What each rule adds to the score of a candidate, the most first. Empty for others. */
  reasonsOf(itemIndex: number): PropertyReason[];
}

export interface ColdStartInput {
  readonly settings: ColdStartSettings;
  readonly catalogue: Catalogue;
  /** By item index: the row of the catalogue, −1 for an item that it lacks. */
  readonly rows: Int32Array;
  /** That the person follows. */
  readonly communities: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

const DAY_MS = 86_400_000;
/** Tags that a reason names. */
const NAMED_TAGS = 5;

/** Null if no item can be of the communities. Looks at items only when it is asked for scores. */
export function coldStartOf(input: ColdStartInput): ColdStart | null {
  const { catalogue, settings, communities } = input;
  const community = communities.length > 0 ? communityReader(catalogue, settings, communities) : null;
  if (!community) return null;
  let found: Candidates | null = null;
  const candidates = () => {
    found ??= new Candidates(input, community);
    return found;
  };
  return {
    threshold: settings.threshold,
    scoreInto: (scores) => candidates().scoreInto(scores),
    reasonsOf: (itemIndex) => candidates().reasonsOf(itemIndex),
  };
}

/** Whether a person has so few interactions that the rules make the list. */
export function isCold({ threshold }: ColdStart, { profile, disliked }: UserProfile): boolean {
  return profile.indices.length + disliked.length < threshold;
}

/** The items of the followed communities. */
class Candidates {
  readonly #input: ColdStartInput;
  readonly #community: CommunityReader;
  readonly #tags: TagCodes | null;
  readonly #dates: Float64Array | null;
  /** Of each candidate: its item index, ascending; its row; its community's number among the followed ones; its engagement. */
  readonly #items: Uint32Array;
  readonly #rows: Int32Array;
  readonly #followed: Int32Array;
  readonly #engagement: Float64Array;
  /** By tag: how many candidates have it; and of all tags together. */
  readonly #tagCounts: Float64Array;
  readonly #allTags: number;
  /** By followed community: the highest engagement of its items. */
  readonly #most: Float64Array;

  constructor(input: ColdStartInput, community: CommunityReader) {
    const { catalogue, settings } = input;
    const { items, rows, followed } = itemsOf(input, community);
    this.#input = input;
    this.#community = community;
    this.#tags = tagCodes(catalogue, settings);
    this.#dates = datesOf(catalogue, settings);
    this.#items = items;
    this.#rows = rows;
    this.#followed = followed;
    this.#engagement = engagementOf(catalogue, settings, rows);
    this.#tagCounts = new Float64Array(this.#tags?.count ?? 0);
    this.#allTags = this.#tags ? countTags(this.#tags, rows, this.#tagCounts) : 0;
    this.#most = new Float64Array(input.communities.length);
    for (let at = 0; at < rows.length; at++) {
      const place = followed[at] as number;
      const engagement = this.#engagement[at] as number;
      if (engagement > (this.#most[place] as number)) this.#most[place] = engagement;
    }
  }

  scoreInto(scores: Float32Array): void {
    const { community, tags, recency, popularity } = this.#input.settings.weights;
    const items = this.#items;
    for (let at = 0; at < items.length; at++) {
      scores[items[at] as number] =
        community +
        tags * this.#tagShare(at) +
        recency * this.#recency(at) +
        popularity * this.#popularity(at);
    }
  }

  #tagShare(at: number): number {
    return this.#tags && this.#allTags > 0
      ? sharedTags(this.#tags, this.#rows[at] as number, this.#tagCounts) / this.#allTags
      : 0;
  }

  #recency(at: number): number {
    const { now, settings } = this.#input;
    const date = this.#dates ? (this.#dates[this.#rows[at] as number] as number) : Number.NaN;
    if (Number.isNaN(date)) return 1;
    return Math.min(1, Math.max(0, 1 - (now - date) / DAY_MS / settings.recency_days));
  }

  #popularity(at: number): number {
    const most = this.#most[this.#followed[at] as number] as number;
    return most > 0 ? (this.#engagement[at] as number) / most : 0;
  }

  reasonsOf(itemIndex: number): PropertyReason[] {
    const { weights } = this.#input.settings;
    const at = indexIn(this.#items, itemIndex);
    if (at < 0) return [];
    const added: Readonly<Record<ColdStartRule, number>> = {
      community: weights.community,
      tags: weights.tags * this.#tagShare(at),
      recency: weights.recency * this.#recency(at),
      popularity: weights.popularity * this.#popularity(at),
    };
    const sum = COLD_START_RULES.reduce((total, rule) => total + added[rule], 0);
    return COLD_START_RULES.filter((rule) => added[rule] > 0)
      .map((rule): PropertyReason => {
        const contribution = added[rule];
        return { of: "item", rule, ...this.#factOf(rule, at), contribution, share: contribution / sum };
      })
      .sort((a, b) => b.contribution - a.contribution);
  }

  /** What a rule reads of a candidate. */
  #factOf(rule: ColdStartRule, at: number): Pick<PropertyReason, "column" | "value"> {
    const { settings } = this.#input;
    const row = this.#rows[at] as number;
    switch (rule) {
      case "community":
        return {
          column: settings.item_community,
          value: this.#community.nameOf(this.#followed[at] as number),
        };
      case "tags":
        return { column: settings.item_tags, value: this.#namedTags(row) };
      case "recency": {
        const date = this.#dates?.[row] ?? Number.NaN;
        return { column: settings.item_date, value: Number.isNaN(date) ? "" : new Date(date).toISOString() };
      }
      case "popularity": {
        const value = this.#engagement[at] as number;
        return { column: Object.keys(settings.item_counts).join(", "), value };
      }
    }
  }

  /** The tags of a row that most candidates have. */
  #namedTags(row: number): string {
    const tags = this.#tags;
    if (!tags) return "";
    const countOf = (tag: number) => this.#tagCounts[tag] as number;
    return tagsOf(tags, row)
      .sort((a, b) => countOf(b) - countOf(a) || a - b)
      .slice(0, NAMED_TAGS)
      .map((tag) => tags.nameOf(tag))
      .join(", ");
  }
}

/** The items of the followed communities that are not hidden. */
function itemsOf({ catalogue: { hidden }, rows }: ColdStartInput, { followedOf }: CommunityReader) {
  const items = new Uint32Array(rows.length);
  const itsRows = new Int32Array(rows.length);
  const followed = new Int32Array(rows.length);
  let count = 0;
  for (let item = 0; item < rows.length; item++) {
    const row = rows[item] as number;
    if (row < 0) continue;
    const community = followedOf(row);
    if (community < 0 || hasBit(hidden, row)) continue;
    items[count] = item;
    itsRows[count] = row;
    followed[count++] = community;
  }
  return {
    items: items.subarray(0, count),
    rows: itsRows.subarray(0, count),
    followed: followed.subarray(0, count),
  };
}

/** The place of a value in ascending values, −1 if it is not there. */
function indexIn(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === value ? low : -1;
}
