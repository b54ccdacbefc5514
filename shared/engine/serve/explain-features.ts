/**
 * Why a score that comes of properties is what it is: what each property adds, which is the score with it minus the score without it. Exact
 * where scores are linear in features; otherwise what the property makes of the rest.
 */
import type { ColdStartRule } from "#contract/cold-start.ts";
import type { Profile } from "../algorithms/fit/algorithm.ts";
import { type FeatureMatrix, type FeatureVector, featureRow } from "../data/side-features.ts";
import { copyVectorInto, hasVector } from "../data/vector-rows.ts";
import { type FeatureGroup, featureGroups } from "../features/feature-groups.ts";
import { matrixOfVectors } from "../features/feature-matrix.ts";
import { widthsOf } from "../features/feature-space.ts";
import type { Servable } from "./model-artifact.ts";

export interface PropertyReason {
  readonly of: "item" | "user";
  /** The rule of the cold start that reads the property. */
  readonly rule?: ColdStartRule;
  readonly column: string;
  readonly value: string | number;
  readonly contribution: number;
  /** Of the sum of all positive contributions, 0 … 1; 0 for a negative one. */
  readonly share: number;
}

/** Properties of a user that are looked at: each costs the scores of the whole catalogue. */
const MOST_OF_USER = 24;

/** Which properties of a new item make its score. */
export function reasonsOfNewItem(
  { model, itemSpace, newFeatures, newFrom = 0 }: Servable,
  profile: Profile,
  itemIndex: number,
): PropertyReason[] {
  const row = newFeatures && wholeRow(newFeatures, itemIndex - newFrom);
  if (!row || !itemSpace || !model.scoreNewItemsInto) return [];
  const groups = featureGroups(itemSpace, row);
  const rows = [row, ...groups.map((group) => without(row, group))];
  const scores = new Float32Array(rows.length);
  model.scoreNewItemsInto(profile, matrixOfVectors(rows, itemSpace.size, widthsOf(itemSpace)), scores);
  return ranked(
    "item",
    groups,
    groups.map((_, at) => (scores[0] as number) - (scores[at + 1] as number)),
  );
}

/** Which properties of the user make the score of an item, for a list by properties alone. */
export function reasonsOfUser(
  { model, userSpace }: Servable,
  profile: Profile,
): (itemIndex: number) => PropertyReason[] {
  const { features } = profile;
  if (!features || !userSpace) return () => [];
  const groups = featureGroups(userSpace, features).slice(0, MOST_OF_USER);
  const scoresOf = (known: FeatureVector) => {
    const scores = new Float32Array(model.itemCount);
    model.scoreProfileInto({ ...profile, features: known }, scores);
    return scores;
  };
  const whole = scoresOf(features);
  const less = groups.map((group) => scoresOf(without(features, group)));
  return (itemIndex) =>
    ranked(
      "user",
      groups,
      less.map((scores) => (whole[itemIndex] as number) - (scores[itemIndex] as number)),
    );
}

/** The features of a row with its vector. */
function wholeRow(matrix: FeatureMatrix, row: number): FeatureVector | undefined {
  const features = featureRow(matrix, row);
  const { vectors } = matrix;
  if (!features || !vectors || !hasVector(vectors, row)) return features;
  const vector = new Float32Array(vectors.dim);
  copyVectorInto(vectors, row, vector);
  return { ...features, vector };
}

function without({ indices, values, vector }: FeatureVector, { places, part }: FeatureGroup): FeatureVector {
  const isKept = (_: number, place: number) => !places.includes(place);
  const rest = part ? vector?.slice().fill(0, part.from, part.to) : vector;
  return { indices: indices.filter(isKept), values: values.filter(isKept), ...(rest && { vector: rest }) };
}

/** The largest contributions first, without those that contribute nothing. */
function ranked(
  of: PropertyReason["of"],
  groups: readonly FeatureGroup[],
  contributions: readonly number[],
): PropertyReason[] {
  const positive = contributions.reduce((sum, value) => sum + Math.max(0, value), 0);
  return groups
    .map(({ column, value }, at): PropertyReason => {
      const contribution = contributions[at] as number;
      const share = positive > 0 ? Math.max(0, contribution) / positive : 0;
      return { of, column, value, contribution, share };
    })
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => b.contribution - a.contribution);
}
