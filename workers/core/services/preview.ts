import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { SampleResponse, ScoredItem } from "#contract/model.ts";
import type { SavedRuleKind } from "#contract/saved-rule.ts";
import type { ItemRecord } from "#contract/training-data.ts";
import type { LoggedAct } from "#engine/experiment/replay/replay-log.ts";
import type { FoundMisfit } from "#engine/features/find-misfit.ts";
import type { Mix } from "#engine/serve/mixed-list.ts";
import type { ProfileEvent } from "#engine/serve/user-profile.ts";
import { AppError } from "./app-error.ts";

/**
 * Recommendations of one model for the management API, which computes nothing itself: the `recommend` Worker answers over a
 * service binding. Failures are values, because errors lose their class on the way between Workers.
 */
export interface Preview {
  /** For a user of the training data; `UNKNOWN_USER` otherwise. */
  forUser(model: PreviewedModel, userId: string, list: PreviewedList): Promise<PreviewResult<ScoredItem[]>>;
  /** For liked items; unknown ids are dropped. */
  forItems(
    model: PreviewedModel,
    itemIds: string[],
    list: PreviewedList,
  ): Promise<PreviewResult<ScoredItem[]>>;
  /** For one user of the training data; `draw` in [0, 1) picks the user. */
  sample(model: PreviewedModel, list: PreviewedList, draw: number): Promise<PreviewResult<SampleResponse>>;
  /** The model's list of each case, as it would have been then: item ids from rank 1 on. */
  replayed(model: ReplayedModel, cases: readonly ReplayedCase[]): Promise<PreviewResult<string[][]>>;
  /** A user's list by the saved rules without one of them, and with another in its place. A user may be one that the training does not know. */
  ruled(model: PreviewedModel, userId: string, trial: RuleTrial): Promise<PreviewResult<RuledLists>>;
  /** The same for several people, by item ids from rank 1 on, in their order. People whom the training does not know are left out. */
  ruledLists(
    model: PreviewedModel,
    userIds: readonly string[],
    trial: RuleTrial,
  ): Promise<PreviewResult<RuledIds[]>>;
  /** Items that are similar to one; none for an item that the model does not know. */
  similar(model: PreviewedModel, itemId: string, cutoff: number): Promise<PreviewResult<ScoredItem[]>>;
  /** Ids of people of the training data that hold a text, at most `limit`. */
  people(model: PreviewedModel, text: string, limit: number): Promise<PreviewResult<string[]>>;
  /** The items that the training knows of a person; `UNKNOWN_USER` for somebody it does not know. */
  history(model: PreviewedModel, userId: string): Promise<PreviewResult<string[]>>;

  /** Different people of the training data, at most `limit`; each draw in [0, 1) picks one, as in `sample`. */
  drawPeople(
    model: PreviewedModel,
    draws: readonly number[],
    limit: number,
  ): Promise<PreviewResult<string[]>>;
  /** A person's list of item ids each, from rank 1 on; null for somebody whom the training does not know. */
  listsFor(
    model: PreviewedModel,
    userIds: readonly string[],
    cutoff: number,
  ): Promise<PreviewResult<(string[] | null)[]>>;

  /** Records of items, in the order of the ids; an item without one has its id alone. */
  describeItems(metadataKey: string, itemIds: string[]): Promise<PreviewResult<ItemRecord[]>>;
  /** Items whose id or record holds a text. */
  searchItems(metadataKey: string, text: string, limit: number): Promise<PreviewResult<ItemRecord[]>>;
  /** Every item of an indexed table with its title, in the order of the file. */
  titles(metadataKey: string): Promise<PreviewResult<TitledItem[]>>;
  /** The ids of all users of a dataset, in its order. */
  userIds(datasetKey: string): Promise<PreviewResult<string[]>>;
  /** Items like those with a title, items for a user of the training data, or both in one list without repeats. */
  mixed(request: MixedRequest): Promise<PreviewResult<TitledItem[]>>;
  /** The first value of a table that does not fit the columns' types; null if all fit. */
  checkColumns(metadataKey: string, columns: FeatureColumn[]): Promise<PreviewResult<FoundMisfit | null>>;
  /** Checks a rule against the columns of the project's item metadata and of its written items. */
  checkRule(project: RuledProject, rule: string): Promise<PreviewResult<RuleVerdict>>;
  /** Has serving read the routing of a project again, which was changed. */
  routingChanged(projectId: number): Promise<void>;
  /** Has serving ask again for people's recent items, which have changed without an event. */
  recentChanged(projectId: number, userIds: readonly string[]): Promise<void>;
}

/** An item, and its title; empty without one. */
export interface TitledItem {
  readonly itemId: string;
  readonly title: string;
}

export interface MixedRequest {
  /** An indexed table of items, and a title in it; an unknown title gives no items. */
  readonly content?: { readonly metadataKey: string; readonly title: string };
  /** A user of whom neither the training nor a live event knows anything gives no items. */
  readonly personal?: { readonly model: PreviewedModel; readonly userId: string };
  readonly limit: number;
  readonly mix: Mix;
}

export interface PreviewedList {
  /** How many items. */
  readonly cutoff: number;
  /** How many reasons for each; without, items have none. */
  readonly reasons?: number;
  /** What the user did since the training; with such events a user may be one that the training does not know. */
  readonly events?: readonly ProfileEvent[];
}

/** A model, and the project whose hidden and deleted items its lists leave out. */
export interface PreviewedModel {
  readonly projectId: number;
  readonly artifactKey: string;
}

export interface ReplayedModel extends PreviewedModel {
  /** Epoch milliseconds. */
  readonly trainedAt: number;
}

/** A person at a moment. */
export interface ReplayedCase {
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** How many items. */
  readonly depth: number;
  /** What the person had done since the training. */
  readonly acts: readonly LoggedAct[];
}

/** A rule that is tried. */
export interface RuleTrial {
  readonly rule: string;
  readonly priority: number;
  /** The saved rule that it takes the place of; null for none. */
  readonly replaces: number | null;
  readonly limit: number;
}

export interface RuledLists {
  readonly without: ScoredItem[];
  readonly with: ScoredItem[];
  /** Of the list with the rule. */
  readonly warnings: string[];
}

/** The ids of both lists. */
export interface RuledIds {
  readonly without: readonly string[];
  readonly with: readonly string[];
}

/** A project whose items a rule is about. */
export interface RuledProject {
  readonly projectId: number;
  /** Null without item metadata. */
  readonly metadataKey: string | null;
}

/** What a rule is, or why it cannot be used. */
export type RuleVerdict = { readonly kind: SavedRuleKind } | { readonly problem: string };

export type PreviewResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly code: "UNKNOWN_USER" | "BAD_ARTIFACT" | "NO_ARTIFACT" | "OVERLOADED";
      readonly message: string;
    };

const RETRY_SOON = { "Retry-After": "1" };

/** Throws `unavailable` for an answer without room at the moment. */
export function refuseOverloaded(result: PreviewResult<unknown>): void {
  if (result.ok || result.code !== "OVERLOADED") return;
  throw new AppError("unavailable", `${result.message} Try again in a second.`, { headers: RETRY_SOON });
}
