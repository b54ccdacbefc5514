import { type TrafficSettings, toTraffic } from "#contract/traffic.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { ServingError } from "../http/errors.ts";

export type Slot = RoutingManifest["slots"][number];

/** A slot, and the probability that it answers such a request. */
export interface ChosenSlot {
  readonly slot: Slot;
  readonly propensity: number;
}

/** Who asks, and the settings that decide whether that matters. */
export interface DrawInput {
  readonly projectId: number;
  /** Undefined for a request without a user, which is a draw of its own. */
  readonly userId: string | undefined;
  readonly traffic: TrafficSettings | undefined;
}

/**
 * The draw of a request, from 0 to below 1: always the same for a user and a salt. Without a salt it is that of earlier versions, so
 * an update moves nobody.
 *
 * @param random From 0 to below 1. The caller's request id would not do: a client that sends one text for all requests would always
 * get one slot.
 */
export function drawOf({ projectId, userId, traffic }: DrawInput, random: () => number): number {
  const { slot_salt: salt, slot_draw: draw } = toTraffic(traffic);
  if (userId === undefined || draw === "request") return random();
  const seed = `${projectId}:${userId}`;
  return fraction(salt === "" ? seed : `${salt}|${seed}`);
}

/**
 * Picks a slot by weight. If every weight is 0, the first: a project with a slot answers. Null without slots.
 *
 * @param draw From 0 to below 1.
 */
export function chooseSlot(slots: readonly Slot[], draw: number): ChosenSlot | null {
  const weighted = slots.filter(({ weight }) => weight > 0);
  const [first] = slots;
  const last = weighted.at(-1);
  if (!last) return first ? { slot: first, propensity: 1 } : null;
  const total = weighted.reduce((sum, slot) => sum + slot.weight, 0);
  let left = draw * total;
  for (const slot of weighted) {
    left -= slot.weight;
    if (left < 0) return { slot, propensity: slot.weight / total };
  }
  // Rounding has left a little.
  return { slot: last, propensity: last.weight / total };
}

/** Maps a text evenly into [0, 1): FNV-1a with a final avalanche (murmur3's), since FNV alone leaves the high bits uneven. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Throws a 422 `ServingError` for a slot that the project does not have. @param place Where the field `slot` lies, for refusals. */
export function namedSlot(
  slots: readonly Slot[],
  named: string | number,
  place: readonly (string | number)[] = ["body"],
): ChosenSlot {
  const slot = slots.find(({ id, name }) => (typeof named === "number" ? id : name) === named);
  if (slot) return { slot, propensity: 1 };
  const names = slots.map(({ name }) => `'${name}'`).join(", ");
  const msg = `The project has no active slot '${named}'; it has ${names}`;
  throw new ServingError(422, [{ type: "value_error", loc: [...place, "slot"], msg, input: named }]);
}
