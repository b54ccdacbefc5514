/** What the page says of each slot. Pure. */
import type { ServingResponse } from "#contract/deployment.ts";
import type { DeploymentSlotResponse, SlotPeriodResponse } from "#contract/deployment-slot.ts";
import type { ExperimentResponse } from "#contract/experiment.ts";
import type { UsageResponse } from "#contract/usage.ts";

export type ServedSlot = ServingResponse["slots"][number];

export interface SlotFacts {
  readonly slot: DeploymentSlotResponse;
  readonly state: "live" | "shadow" | "off";
  /** What answers in it; null for shadows and slots that are switched off. */
  readonly served: ServedSlot | null;
  /** The share of the requests that it gets, 0 … 1. */
  readonly share: number;
  /** Since when it has its model; null if the periods at hand do not say. */
  readonly since: string | null;
}

type Periods = readonly Pick<SlotPeriodResponse, "slot" | "trained_model" | "started_at">[];
type Running = Pick<ExperimentResponse, "variants" | "shares"> | null;

/**
 * The default slot first, then those that answer, shadows, and those that are off.
 *
 * @param periods The newest first.
 * @param isAll   Whether `periods` has all of them; otherwise the oldest at hand says nothing of the time before.
 */
export function slotFacts(
  slots: readonly DeploymentSlotResponse[],
  serving: readonly ServedSlot[],
  { periods, isAll }: { readonly periods: Periods; readonly isAll: boolean },
  running: Running,
): SlotFacts[] {
  const shares = sharesOf(slots, running);
  const facts = slots.map((slot): SlotFacts => {
    const state = stateOf(slot);
    const served = state === "live" ? (serving.find(({ id }) => id === slot.id) ?? null) : null;
    return { slot, state, served, share: shares.get(slot.id) ?? 0, since: sinceOf(slot, periods, isAll) };
  });
  const rank = ({ state, served }: SlotFacts) =>
    served?.is_default ? 0 : 1 + ["live", "shadow", "off"].indexOf(state);
  return facts.sort((a, b) => rank(a) - rank(b) || a.slot.id - b.slot.id);
}

function stateOf(slot: DeploymentSlotResponse): SlotFacts["state"] {
  if (!slot.is_active) return "off";
  return slot.is_shadow ? "shadow" : "live";
}

type Weighed = Pick<DeploymentSlotResponse, "id" | "weight" | "is_active"> & {
  readonly is_shadow?: boolean | undefined;
};

/** By weight; the slots of a running experiment share among them what their weights give them together. */
export function sharesOf(slots: readonly Weighed[], running: Running): Map<number, number> {
  const answering = slots.filter(({ is_active, is_shadow }) => is_active && !is_shadow);
  const total = answering.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map(answering.map(({ id, weight }) => [id, total > 0 ? weight / total : 0]));
  const together = (running?.variants ?? []).reduce(
    (sum, { slot }) => sum + (slot === null ? 0 : (shares.get(slot) ?? 0)),
    0,
  );
  for (const [index, { slot }] of (running?.variants ?? []).entries()) {
    if (slot !== null && shares.has(slot)) shares.set(slot, together * (running?.shares[index] ?? 0));
  }
  return shares;
}

/** Changes of the weight begin a period, too: it goes back while the model stays the same. */
function sinceOf(slot: DeploymentSlotResponse, periods: Periods, isAll: boolean): string | null {
  const own = periods.filter((period) => period.slot === slot.id);
  const end = own.findIndex(({ trained_model }) => trained_model !== slot.trained_model);
  if (end === -1 && !isAll) return null;
  return own.slice(0, end === -1 ? own.length : end).at(-1)?.started_at ?? null;
}

/** Lists of each slot on the newest days. @param from The first day, such as `2026-11-21`. */
export function listsBySlot({ usage }: Pick<UsageResponse, "usage">, from: string): Map<number, number> {
  const lists = new Map<number, number>();
  for (const row of usage) {
    if (row.slot === null || row.day < from) continue;
    lists.set(row.slot, (lists.get(row.slot) ?? 0) + row.lists);
  }
  return lists;
}

/** As the API has it. */
const MAX_WEIGHT = 100;

/** Null for what is no weight. */
export function readWeight(text: string): number | null {
  const value = Number(text);
  return text.trim() !== "" && value >= 0 && value <= MAX_WEIGHT ? value : null;
}
