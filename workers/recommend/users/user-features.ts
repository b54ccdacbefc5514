/** The properties of a user as features of a model. */

import type { StoredHistory } from "#engine/data/history-record.ts";
import { type FeatureVector, featureRow } from "#engine/data/side-features.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { indexOfId } from "#engine/serve/index-of-id.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { describedUser, type WrittenProperties } from "#jobs/event-shard/user-properties.ts";

export interface DescribedUser {
  readonly userId: string | undefined;
  /** What the training knows of the user, where histories are read one by one. */
  readonly history: StoredHistory | null;
  /** What was written of the user. */
  readonly written: WrittenProperties | null;
  /** What the request says. */
  readonly given: Readonly<Record<string, unknown>> | undefined;
  /** The record of the uploaded user metadata; null without one. Reads the file. */
  readonly record: () => Promise<Record<string, unknown> | null>;
}

/**
 * Undefined if the model reads no properties, or knows all that is known: the features of its training then count. Otherwise what the
 * request says, over what was written, over the file.
 */
export async function featuresOfUser(
  servable: Pick<Servable, "model" | "users" | "userSpace" | "userFeatures">,
  { userId, history, written, given, record }: DescribedUser,
): Promise<FeatureVector | undefined> {
  const { model, userSpace, userFeatures, users } = servable;
  if (!userSpace || !model.readsUserFeatures) return undefined;
  const hasGiven = given !== undefined && Object.keys(given).length > 0;
  if (!written && !hasGiven) {
    if (userId === undefined) return undefined;
    const index = history?.userIndex ?? indexOfId(users, userId);
    const trained = userFeatures && index >= 0 ? featureRow(userFeatures, index) : undefined;
    if (trained && trained.indices.length > 0) return undefined;
  }
  const ofFile = userId === undefined || written?.isPartial === false ? null : await record();
  return encodeRow(userSpace, { ...describedUser(written, ofFile), ...given });
}
