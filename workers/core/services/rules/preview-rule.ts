/** What a rule does to a person's list, before it is saved. */
import type { RuleImpactRequest, RulePreviewRequest, RulePreviewResponse } from "#contract/saved-rule.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type PreviewResult, type RuleTrial, refuseOverloaded } from "../preview.ts";
import { servedSlots } from "../serving/served-slots.ts";
import { checkedKind } from "./saved-rules.ts";

type Deps = Pick<ServiceDeps, "db" | "preview">;

/**
 * Both lists are made by the version that new models replace, or by the first one that answers. Throws a field error with the place of a
 * fault in the rule, and `conflict` where nothing is live or its file cannot be read.
 */
export async function previewRule(
  deps: Deps,
  projectId: number,
  { user_id, ...tried }: RulePreviewRequest,
): Promise<RulePreviewResponse> {
  const { kind, live, model, trial } = await whatIsTried(deps, projectId, tried);
  const lists = answerOf(await deps.preview.ruled(model, user_id, trial));
  return { kind, model: live.id, version: live.version, ...lists };
}

/** The rule as serving tries it, and the version that makes the lists. Throws as `previewRule` does. */
export async function whatIsTried(
  deps: Deps,
  projectId: number,
  { rule, replaces, priority, limit }: Omit<RuleImpactRequest, "people" | "seed">,
) {
  const kind = await checkedKind(deps, projectId, rule);
  const slots = await servedSlots(deps.db, projectId);
  const live = (slots.find(({ isDefault }) => isDefault) ?? slots[0])?.model;
  if (!live) throw new AppError("conflict", "Nothing is live yet: train a model first.");
  const trial: RuleTrial = { rule, priority, replaces: replaces ?? null, limit };
  return { kind, live, model: { projectId, artifactKey: live.artifactKey }, trial };
}

export function answerOf<T>(result: PreviewResult<T>): T {
  refuseOverloaded(result);
  if (!result.ok) throw new AppError("conflict", result.message);
  return result.value;
}
