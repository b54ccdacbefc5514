/** How many people's lists a rule changes, before it is saved. */
import type { RuleImpactRequest, RuleImpactResponse } from "#contract/saved-rule.ts";
import { createRandom } from "#engine/random.ts";
import type { ServiceDeps } from "../deps.ts";
import type { RuledIds } from "../preview.ts";
import { answerOf, whatIsTried } from "./preview-rule.ts";

/** Some draws fall on the same person, so there are three for each. */
const DRAWS_PER_PERSON = 3;

/**
 * The same request draws the same people, as long as the live version stays. Throws as `previewRule` does.
 */
export async function impactOfRule(
  deps: Pick<ServiceDeps, "db" | "preview">,
  projectId: number,
  { people, seed, ...tried }: RuleImpactRequest,
): Promise<RuleImpactResponse> {
  const { kind, live, model, trial } = await whatIsTried(deps, projectId, tried);
  const random = createRandom(seed);
  const draws = Array.from({ length: people * DRAWS_PER_PERSON }, () => random.next());
  const drawn = answerOf(await deps.preview.drawPeople(model, draws, people));
  const lists = answerOf(await deps.preview.ruledLists(model, drawn, trial));
  return { kind, model: live.id, version: live.version, seed, ...changesOf(lists) };
}

/** Sums over people. A list is changed if a place of it is. */
export function changesOf(
  lists: readonly RuledIds[],
): Pick<RuleImpactResponse, "people" | "changed" | "mean_new_items" | "emptied"> {
  let changed = 0;
  let newItems = 0;
  let emptied = 0;
  for (const { without, with: ruled } of lists) {
    if (without.length === ruled.length && without.every((id, place) => ruled[place] === id)) continue;
    changed++;
    if (ruled.length === 0) emptied++;
    const before = new Set(without);
    newItems += ruled.filter((id) => !before.has(id)).length;
  }
  return {
    ...{ people: lists.length, changed, emptied },
    mean_new_items: changed === 0 ? null : newItems / changed,
  };
}
