import type { Profile } from "../fit/algorithm.ts";

/** A weight that depends on how much is known of somebody. */
export interface LengthWeight {
  readonly weight: number;
  readonly lengthPower: number;
}

/**
 * weight · max(1, n)^lengthPower for somebody of whom n items are known. So a model of a session's end can count most in short profiles,
 * and one of a whole history in long ones.
 */
export function weightAmong({ weight, lengthPower }: LengthWeight, knownCount: number): number {
  return lengthPower === 0 ? weight : weight * Math.max(1, knownCount) ** lengthPower;
}

/** The same for a profile. */
export function weightFor(weight: LengthWeight, { indices }: Pick<Profile, "indices">): number {
  return weightAmong(weight, indices.length);
}
