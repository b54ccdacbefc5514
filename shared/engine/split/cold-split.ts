/** Splits that keep whole items or whole users out of training: how well are new ones served? */
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { createRandom, shuffleInPlace } from "../random.ts";
import { extractPart } from "./csr-parts.ts";
import { badSetting, type ColdScheme, shareOf } from "./split-config.ts";

export { COLD_SCHEMES, type ColdScheme } from "./split-config.ts";

/** Share of the items or users that are kept out of training, as in the literature. */
export const COLD_RATIO = 0.2;

export interface ColdSplit {
  /** Without any interaction of the cold ones; same shape as all. */
  readonly train: CsrMatrix;
  /** All interactions of the cold ones. */
  readonly heldout: CsrMatrix;
  /** The cold items or users, ascending. */
  readonly cold: Uint32Array;
  /** Cold items are ranked among themselves, as in the literature on cold start. Undefined for users, for whom all items are ranked. */
  readonly candidates: Uint32Array | undefined;
}

/**
 * Draws a share of the items or users that have interactions, and holds out all of theirs. Same matrix, scheme, share and seed: the
 * same split. Throws `BAD_PARAMETER` if that leaves nothing to train on, or nothing held out.
 */
export function splitCold(userItems: CsrMatrix, scheme: ColdScheme, ratio: number, seed: number): ColdSplit {
  const isItems = scheme === "cold-items";
  const what = isItems ? "items" : "users";
  if (!(ratio > 0 && ratio < 1))
    throw badSetting(`The share of cold ${what} must be between 0 and 1, not ${ratio}.`);
  const known = isItems ? itemsOf(userItems) : usersOf(userItems);
  const count = shareOf(known.length, ratio);
  if (count === 0) throw badSetting(`heldout_ratio ${ratio} of ${known.length} ${what} is not one of them.`);
  shuffleInPlace(known, createRandom(seed));
  const cold = Uint32Array.from(known.slice(0, count)).sort();
  const isCold = new Set(cold);
  const parts = new Uint8Array(userItems.indices.length);
  for (let user = 0; user < userItems.rowCount; user++) {
    for (let at = userItems.indptr[user] as number; at < (userItems.indptr[user + 1] as number); at++) {
      parts[at] = isCold.has(isItems ? (userItems.indices[at] as number) : user) ? 1 : 0;
    }
  }
  return {
    train: extractPart(userItems, parts, 0),
    heldout: extractPart(userItems, parts, 1),
    cold,
    candidates: isItems ? cold : undefined,
  };
}

function itemsOf({ indices }: CsrMatrix): number[] {
  return [...new Set(indices)].sort((a, b) => a - b);
}

function usersOf({ indptr, rowCount }: CsrMatrix): number[] {
  return Array.from({ length: rowCount }, (_, user) => user).filter(
    (user) => indptr[user] !== indptr[user + 1],
  );
}
