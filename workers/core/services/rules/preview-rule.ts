/** What a rule does to a person's list, before it is saved. */
import type { RulePreviewRequest, RulePreviewResponse } from "#contract/saved-rule.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { refuseOverloaded } from "../preview.ts";
import { servedSlots } from "../serving/served-slots.ts";
import { checkedKind } from "./saved-rules.ts";

/**
 * Both lists are made by the version that new models replace, or by the first one that answers. Throws a field error with the place of a
 * fault in the rule, and `conflict` where nothing is live or its file cannot be read.
 */
export async function previewRule(
  deps: Pick<ServiceDeps, "db" | "preview">,
  projectId: number,
  { user_id, rule, replaces, priority, limit }: RulePreviewRequest,
): Promise<RulePreviewResponse> {
  const kind = await checkedKind(deps, projectId, rule);
  const slots = await servedSlots(deps.db, projectId);
  const live = (slots.find(({ isDefault }) => isDefault) ?? slots[0])?.model;
  if (!live) throw new AppError("conflict", "Nothing is live yet: train a model first.");
  const trial = { rule, priority, replaces: replaces ?? null, limit };
  const result = await deps.preview.ruled({ projectId, artifactKey: live.artifactKey }, user_id, trial);
  refuseOverloaded(result);
  if (!result.ok) throw new AppError("conflict", result.message);
  return { kind, model: live.id, version: live.version, ...result.value };
}
