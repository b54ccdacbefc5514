/** How much the lists of two models have in common, for the same people drawn from the training data. */
import type { ListOverlap, ListOverlapQuery } from "#contract/model-comparison.ts";
import { createRandom } from "#engine/random.ts";
import { fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { getRow } from "../resources/listing.ts";
import { trainedModels } from "../resources/trained-model.ts";
import type { Viewer } from "../viewer.ts";
import { previewed, previewValue } from "./trained-models.ts";

type Deps = Pick<ServiceDeps, "db" | "preview">;

const TWO_TEXT = "Name two different models, as in 3,7.";
const ONE_PROJECT_TEXT = "Both models must be of one project.";
/** Some draws fall on the same person, so there are three for each. */
const DRAWS_PER_PERSON = 3;
/** Of a normal distribution: 95 % lie within this many standard deviations. */
const Z_95 = 1.96;

/** The same query gives the same people, and so the same figures, as long as the models stay. */
export async function overlapOfLists(
  deps: Deps,
  viewer: Viewer,
  { ids, people, cutoff, seed }: ListOverlapQuery,
): Promise<ListOverlap> {
  const [a, b] = ids.split(",").map(Number);
  if (a === undefined || b === undefined || a === b) throw fieldError("ids", TWO_TEXT);
  const first = await getRow(deps.db, trainedModels, viewer, a);
  const second = await getRow(deps.db, trainedModels, viewer, b);
  if (first.projectId !== second.projectId) throw fieldError("ids", ONE_PROJECT_TEXT);
  const random = createRandom(seed);
  const draws = Array.from({ length: people * DRAWS_PER_PERSON }, () => random.next());
  const drawn = previewValue(await deps.preview.drawPeople(previewed(first), draws, people), first);
  // One model after the other: an isolate may not have room for both.
  const [ofFirst, ofSecond] = [
    previewValue(await deps.preview.listsFor(previewed(first), drawn, cutoff), first),
    previewValue(await deps.preview.listsFor(previewed(second), drawn, cutoff), second),
  ];
  const pairs = ofFirst.flatMap((list, at) => {
    const other = ofSecond[at];
    return list && other ? [[list, other] as const] : [];
  });
  const shown = (lists: readonly (readonly string[])[]) => new Set(lists.flat()).size;
  return {
    ...{ people: pairs.length, unknown: drawn.length - pairs.length, cutoff, seed },
    ...sharedOf(pairs, cutoff),
    models: [
      { id: first.id, version: first.version, items_shown: shown(pairs.map(([list]) => list)) },
      { id: second.id, version: second.version, items_shown: shown(pairs.map(([, list]) => list)) },
    ],
  };
}

/**
 * How many items two lists share, over pairs of lists without repeats, each of at most `cutoff` items. The interval is that of a mean,
 * ±1.96 standard errors.
 */
export function sharedOf(
  pairs: readonly (readonly [readonly string[], readonly string[]])[],
  cutoff: number,
): Pick<ListOverlap, "mean_shared" | "interval" | "shared_counts"> {
  const counts = new Array<number>(cutoff + 1).fill(0);
  let sum = 0;
  let squares = 0;
  for (const [list, other] of pairs) {
    const others = new Set(other);
    const shared = list.filter((id) => others.has(id)).length;
    counts[shared] = (counts[shared] ?? 0) + 1;
    sum += shared;
    squares += shared * shared;
  }
  const size = pairs.length;
  if (size === 0) return { mean_shared: null, interval: null, shared_counts: counts };
  const mean = sum / size;
  if (size === 1) return { mean_shared: mean, interval: null, shared_counts: counts };
  const variance = Math.max(0, (squares - size * mean * mean) / (size - 1));
  const error = Z_95 * Math.sqrt(variance / size);
  const interval = { low: Math.max(0, mean - error), high: Math.min(cutoff, mean + error) };
  return { mean_shared: mean, interval, shared_counts: counts };
}
