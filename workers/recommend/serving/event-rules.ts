/** What a project says of its events, as serving applies it. */
import { eventWeight } from "#contract/event-weight.ts";
import { weighInteraction } from "#engine/data/weigh-interaction.ts";
import type { SeenAt, SeenRule } from "#engine/serve/seen-rule.ts";
import type { ProfileEvent } from "#engine/serve/user-profile.ts";
import type { ModelReference, RoutingManifest } from "#storage/routing-store.ts";

/** Something that a user did, from a shard or from a request. */
export interface UserAct {
  readonly itemId: string;
  readonly type: string;
  /** Epoch milliseconds; null: now. */
  readonly at: number | null;
  readonly value?: number;
}

type Settings = RoutingManifest["events"];

/** Acts as events of a profile; those that say nothing are left out. */
export function profileEvents(acts: readonly UserAct[], settings: Settings): ProfileEvent[] {
  const seenTypes = settings?.seen_types ? new Set(settings.seen_types) : null;
  return acts.flatMap(({ itemId, type, at, value }): ProfileEvent[] => {
    const weight = actWeight(type, value, settings);
    if (weight === null) return [];
    const event = { itemId, weight, at };
    return [seenTypes === null || seenTypes.has(type) ? event : { ...event, isSeen: false }];
  });
}

/** Null for an act that says nothing: also one with a value that training leaves out. */
function actWeight(type: string, value: number | undefined, settings: Settings): number | null {
  const { weights, rule } = settings ?? {};
  if (!rule) return eventWeight(type, value, weights);
  // A rating without a value says nothing; that of 1 is the weight of the type.
  const factor = eventWeight(type, type === "rating" ? 1 : undefined, weights);
  if (factor === null) return null;
  const weight = weighInteraction(rule, { type, value, factor });
  return typeof weight === "number" ? weight : null;
}

/** Undefined for the engine's own rule: never again. */
export function seenBy(
  settings: Settings,
  model: Pick<ModelReference, "trained_at">,
  now: number,
): { readonly rule: SeenRule; readonly at: SeenAt } | undefined {
  if (!settings || settings.seen_rule === "never") return undefined;
  const at = { now, trainedAt: model.trained_at ?? null };
  if (settings.seen_rule === "always") return { rule: { kind: "always" }, at };
  return { rule: { kind: "after_days", days: settings.seen_days ?? 0 }, at };
}
