import type { RoutingManifest } from "#storage/routing-store.ts";

export type Slot = RoutingManifest["slots"][number];

/** A slot, and the probability that it answers such a request. */
export interface ChosenSlot {
  readonly slot: Slot;
  readonly propensity: number;
}

/**
 * Picks a slot by weight, always the same one for the same seed. If every weight is 0, the first: a project with a slot answers.
 * Null without slots.
 *
 * @param seed Identifies the user within the project, or the request.
 */
export function chooseSlot(slots: readonly Slot[], seed: string): ChosenSlot | null {
  const [first] = slots;
  if (!first) return null;
  const total = slots.reduce((sum, slot) => sum + slot.weight, 0);
  let left = fraction(seed) * total;
  for (const slot of slots) {
    left -= slot.weight;
    if (left < 0) return { slot, propensity: slot.weight / total };
  }
  return { slot: first, propensity: total > 0 ? first.weight / total : 1 };
}

/** Maps a text evenly into [0, 1): FNV-1a with a final avalanche (murmur3's), since FNV alone leaves the high bits uneven. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
