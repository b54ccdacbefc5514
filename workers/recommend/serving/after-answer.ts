/** What happens once a list is made: impressions are written and shadows are scored, as the project wants. */
import { toTraffic } from "#contract/traffic.ts";
import type { ListStrategy } from "#engine/serve/recommendation.ts";
import type { ModelReference } from "#storage/routing-store.ts";
import type { Impressions, ShownItem, ShownList } from "../events/impressions.ts";
import { Beside, type BesideDeps } from "./beside.ts";
import { type ChancesCall, type ChancesList, chancesOf } from "./place-chances.ts";
import { Shadows } from "./shadows.ts";

/** A list, and what answered. */
interface Shown extends ChancesList {
  readonly model: ModelReference;
}

/** The request of a list. */
export interface AnsweredCall extends ChancesCall {
  readonly requestId: string;
  /** When the list was made, epoch milliseconds. */
  readonly at: number;
  /** How long the list took, milliseconds. */
  readonly ms: number;
  /** Whether a model's list for the request can be made again later. */
  readonly isPlain: boolean;
  /** Whether saved rules made the list. */
  readonly hasRules: boolean;
}

export interface AfterAnswerDeps extends BesideDeps {
  readonly impressions: Impressions;
}

/** Lists that nothing is in of what the person did. */
const COLD: readonly ListStrategy[] = ["popular", "cold_start", "features"];

/** @returns A function that returns at once: the answer does not wait. */
export function createAfterAnswer(deps: AfterAnswerDeps): (call: AnsweredCall, shown: Shown) => void {
  const shadows = new Shadows(deps);
  const beside = new Beside(deps, "place_propensities_failed");
  return (call, shown) => {
    const { impressions: mode, impression_rate: rate } = toTraffic(call.manifest.traffic);
    const isTested = shown.experiment !== undefined || shown.isHeldOut !== undefined;
    const isWritten = mode === "automatic" && shown.items.length > 0 && deps.random() < rate;
    if (isTested || isWritten) {
      const list = shownList(call, shown, { isTested, rate });
      withChances({ ...deps, beside }, call, shown, (chances) => {
        const items = chances
          ? shown.items.map((item, at) => ({ ...item, placePropensity: chances[at] ?? 0 }))
          : shown.items;
        deps.impressions.note({ ...list, items });
      });
    }
    shadows.follow(call.manifest, shown.model.artifact_key, async (shadow) => {
      const found = await call.listOf({ ...shadow, weight: 0, previous: null });
      const { propensity } = shown;
      deps.impressions.note(
        listFrom(call, { items: found.items, propensity, slot: shadow, rate: shadow.rate, isShadow: true }),
      );
    });
  };
}

/** Writes once: at once, or after the lists of other slots, which a share of the answers is worth. If these fail, without chances. */
function withChances(
  { beside, random }: AfterAnswerDeps & { readonly beside: Beside },
  call: AnsweredCall,
  shown: Shown,
  write: (chances: readonly number[] | null) => void,
): void {
  const open = call.isPlain && shown.items.length > 0 ? chancesOf(call, shown) : null;
  if (!open?.needsLists) {
    write(open?.chances ?? null);
    return;
  }
  const isWorthIt = random() < toTraffic(call.manifest.traffic).replay_rate;
  const whose = `the slots of project ${call.manifest.project_id}`;
  const begun =
    isWorthIt &&
    beside.begin({ whose, liveKey: shown.model.artifact_key }, async () => {
      let chances: readonly number[] | null = null;
      try {
        chances = await open.find();
      } finally {
        write(chances);
      }
    });
  if (!begun) write(null);
}

function shownList(
  call: AnsweredCall,
  { items, propensity, slot, model, strategy, experiment, isHeldOut }: Shown,
  { isTested, rate }: { readonly isTested: boolean; readonly rate: number },
): ShownList {
  const test = {
    ...(experiment && { experimentId: experiment.id }),
    ...(isHeldOut !== undefined && { isHeldOut }),
    ms: call.ms,
  };
  const isCold = COLD.includes(strategy);
  return listFrom(call, {
    ...{ items, propensity, slot: { id: slot.id, model }, isShadow: false, isCold },
    rate: isTested ? 1 : rate,
    ...(isTested && { test }),
  });
}

function listFrom(
  { manifest, request, requestId, at }: AnsweredCall,
  {
    items,
    ...shown
  }: Pick<ShownList, "propensity" | "slot" | "rate" | "isShadow" | "isCold" | "test"> & {
    readonly items: readonly ShownItem[];
  },
): ShownList {
  const { userId, offset } = request;
  return { projectId: manifest.project_id, requestId, at, userId, offset, items, ...shown };
}
