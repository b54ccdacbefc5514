/** What happens once a list is made: impressions are written and shadows are scored, as the project wants. */
import { toTraffic } from "#contract/traffic.ts";
import type { ListStrategy, RecommendationRequest } from "#engine/serve/recommendation.ts";
import type { ModelReference, RoutingManifest } from "#storage/routing-store.ts";
import type { Impressions, ShownItem, ShownList } from "../events/impressions.ts";
import type { Assignment } from "./assign.ts";
import type { Slot } from "./choose-slot.ts";
import { Shadows, type ShadowsDeps } from "./shadows.ts";

/** A list, and what answered. */
interface Shown extends Assignment {
  readonly model: ModelReference;
  readonly items: readonly ShownItem[];
  readonly strategy: ListStrategy;
}

/** The request of a list. */
export interface AnsweredCall {
  readonly manifest: RoutingManifest;
  readonly request: RecommendationRequest;
  readonly requestId: string;
  /** How long the list took, milliseconds. */
  readonly ms: number;
  /** The list of another slot for the same request. */
  readonly listOf: (slot: Slot) => Promise<Pick<Shown, "items">>;
}

export interface AfterAnswerDeps extends ShadowsDeps {
  readonly impressions: Impressions;
}

/** Lists that nothing is in of what the person did. */
const COLD: readonly ListStrategy[] = ["popular", "cold_start", "features"];

/** @returns A function that returns at once: the answer does not wait. */
export function createAfterAnswer(deps: AfterAnswerDeps): (call: AnsweredCall, shown: Shown) => void {
  const shadows = new Shadows(deps);
  return (call, shown) => {
    const { impressions: mode, impression_rate: rate } = toTraffic(call.manifest.traffic);
    const { items, propensity, slot, model, experiment, isHeldOut } = shown;
    const isTested = experiment !== undefined || isHeldOut !== undefined;
    const isWritten = mode === "automatic" && items.length > 0 && deps.random() < rate;
    if (isTested || isWritten) {
      const test = {
        ...(experiment && { experimentId: experiment.id }),
        ...(isHeldOut !== undefined && { isHeldOut }),
        ms: call.ms,
      };
      const list = {
        items,
        propensity,
        slot: { id: slot.id, model },
        rate: isTested ? 1 : rate,
        isShadow: false,
      };
      const isCold = COLD.includes(shown.strategy);
      deps.impressions.note(listFrom(call, { ...list, isCold, ...(isTested && { test }) }));
    }
    shadows.follow(call.manifest, model.artifact_key, async (shadow) => {
      const found = await call.listOf({ ...shadow, weight: 0, previous: null });
      deps.impressions.note(
        listFrom(call, { items: found.items, propensity, slot: shadow, rate: shadow.rate, isShadow: true }),
      );
    });
  };
}

function listFrom(
  { manifest, request, requestId }: AnsweredCall,
  {
    items,
    ...shown
  }: Pick<Shown, "items" | "propensity"> & {
    readonly slot: { readonly id: number; readonly model: ModelReference };
    readonly rate: number;
    readonly isShadow: boolean;
    readonly isCold?: boolean;
    readonly test?: NonNullable<ShownList["test"]>;
  },
) {
  const { userId, offset } = request;
  return { projectId: manifest.project_id, requestId, userId, offset, items, ...shown };
}
