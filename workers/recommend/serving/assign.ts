/** Who gets which slot: the weights of slots, then the running experiment among its own slots, before both the holdout. */
import { createRandom, type Random } from "#engine/random.ts";
import { hashText } from "#jobs/event-shard/hash-text.ts";
import type { RoutingManifest, ServedExperiment } from "#storage/routing-store.ts";
import { type ChosenSlot, chooseSlot, drawOf, type Slot } from "./choose-slot.ts";
import { SPAN_MS } from "./exploring.ts";

/** A slot, and the experiments that gave it. */
export interface Assignment extends ChosenSlot {
  /** The slots of the project's experiment share this request. */
  readonly experiment?: ServedExperiment;
  /** The second slot of a list that is made of two. */
  readonly rival?: Slot;
  /** Present while the project has a holdout: whether the person is in it. */
  readonly isHeldOut?: boolean;
  /** Whether the list is one of popular items. */
  readonly isBaseline?: true;
}

export interface AssignInput {
  readonly projectId: number;
  /** Undefined for a request without a user. */
  readonly userId: string | undefined;
}

/**
 * Cases, first match wins:
 *  - the person is in the holdout                        → the baseline
 *  - the slot by weights is not one of the experiment's  → that slot
 *  - otherwise                                           → one of the experiment's slots, or two of them, by its shares
 * Null without slots.
 *
 * @param random From 0 to below 1, for requests without a user.
 */
export function assign(
  manifest: RoutingManifest,
  { projectId, userId }: AssignInput,
  random: () => number,
): Assignment | null {
  const { slots, traffic, experiment, holdout } = manifest;
  const drawn = chooseSlot(slots, drawOf({ projectId, userId, traffic }, random));
  if (!drawn || (!experiment && !holdout)) return drawn;
  const group = holdout && userId !== undefined ? { holdout, userId } : null;
  const isHeldOut =
    group !== null && draw(`holdout ${group.holdout.id} ${group.userId}`) < group.holdout.share;
  if (group && isHeldOut) {
    const { slot_id: slotId, share } = group.holdout;
    const named = slots.find(({ id }) => id === slotId);
    const slot = named ?? drawn.slot;
    return { slot, propensity: share, isHeldOut, ...(!named && { isBaseline: true as const }) };
  }
  const left = group ? 1 - group.holdout.share : 1;
  const held = group ? { isHeldOut } : {};
  const ofExperiment = experiment && fromExperiment(experiment, drawn, manifest, { userId, random });
  const found = ofExperiment ?? drawn;
  return { ...found, propensity: found.propensity * left, ...held };
}

/** Null for a slot that is not in the experiment. */
function fromExperiment(
  experiment: ServedExperiment,
  drawn: ChosenSlot,
  { slots }: RoutingManifest,
  { userId, random }: { readonly userId: string | undefined; readonly random: () => number },
): Assignment | null {
  const arms = experiment.arms.map(({ slot_id: id, share }) => ({
    slot: slots.find((one) => one.id === id),
    share,
  }));
  if (!arms.some(({ slot }) => slot?.id === drawn.slot.id)) return null;
  const entered = shareOf(slots, new Set(experiment.arms.map((arm) => arm.slot_id)));
  if (experiment.kind === "interleave") {
    const [first, second] = arms;
    if (!first?.slot || !second?.slot) return null;
    return { slot: first.slot, rival: second.slot, propensity: entered, experiment };
  }
  let left = userId === undefined ? random() : draw(`experiment ${experiment.id} ${userId}`);
  for (const { slot, share } of arms) {
    left -= share;
    if (slot && left < 0) return { slot, propensity: entered * share, experiment };
  }
  // Rounding has left a little.
  const last = arms.at(-1);
  return last?.slot ? { slot: last.slot, propensity: entered * last.share, experiment } : null;
}

/** What a request could have got, and how likely that was. */
export interface Outcome {
  readonly slot: Slot;
  readonly rival?: Slot;
  readonly share: number;
}

/**
 * All draws of `assign` for such a request, outside of a holdout that gets popular items; their shares add up to 1. None without slots.
 */
export function outcomesOf(
  { slots, experiment, holdout }: RoutingManifest,
  { userId }: Pick<AssignInput, "userId">,
): Outcome[] {
  const ofWeights = byWeights(slots);
  const baseline = userId === undefined ? undefined : slots.find(({ id }) => id === holdout?.slot_id);
  const heldOut = baseline && holdout ? [{ slot: baseline, share: holdout.share }] : [];
  const left = 1 - (heldOut[0]?.share ?? 0);
  const outcomes = ofWeights.flatMap((outcome): Outcome[] => {
    const arms = experiment && experimentOutcomes(experiment, outcome, slots);
    return (arms ?? [outcome]).map((one) => ({ ...one, share: one.share * left }));
  });
  return [...joinAlike([...outcomes, ...heldOut])];
}

function byWeights(slots: readonly Slot[]): Outcome[] {
  const total = slots.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
  if (total === 0) return slots.slice(0, 1).map((slot) => ({ slot, share: 1 }));
  return slots.filter(({ weight }) => weight > 0).map((slot) => ({ slot, share: slot.weight / total }));
}

/** Null for a slot that is not in the experiment, or if one of two that make a list is gone. */
function experimentOutcomes(
  { arms, kind }: ServedExperiment,
  { slot: drawn, share }: Outcome,
  slots: readonly Slot[],
): Outcome[] | null {
  const found = arms.map((arm) => ({ slot: slots.find(({ id }) => id === arm.slot_id), share: arm.share }));
  if (!found.some(({ slot }) => slot?.id === drawn.id)) return null;
  if (kind === "interleave") {
    const [a, b] = found;
    return a?.slot && b?.slot ? [{ slot: a.slot, rival: b.slot, share }] : null;
  }
  return found.flatMap((arm) => (arm.slot ? [{ slot: arm.slot, share: share * arm.share }] : []));
}

function joinAlike(outcomes: readonly Outcome[]): Iterable<Outcome> {
  const alike = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const name = `${outcome.slot.id} ${outcome.rival?.id}`;
    const known = alike.get(name);
    alike.set(name, known ? { ...known, share: known.share + outcome.share } : outcome);
  }
  return alike.values();
}

/** The share of requests that the weights give to these slots; without any weight the first slot gets all. */
function shareOf(slots: readonly Slot[], ids: ReadonlySet<number>): number {
  const total = slots.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
  if (total === 0) return 1;
  return slots.reduce((sum, { id, weight }) => sum + (ids.has(id) ? Math.max(0, weight) : 0), 0) / total;
}

/** The draw of a text, from 0 to below 1: always the same. */
function draw(text: string): number {
  return hashText(text)[0] / 2 ** 32;
}

/**
 * The coins of an interleaved list. For ten minutes those of a person fall alike, so that pages of a list fit together. A request's id does not make them: a client that sends one text for all requests would let one slot
 * begin every list.
 *
 * @param random From 0 to below 1, for requests without a user.
 */
export function coinsOf(
  experimentId: number,
  userId: string | undefined,
  { now, random }: { readonly now: number; readonly random: () => number },
): Random {
  const seed =
    userId === undefined
      ? Math.floor(random() * 2 ** 32)
      : hashText(`coins ${experimentId} ${Math.floor(now / SPAN_MS)} ${userId}`)[0];
  return createRandom(seed);
}
