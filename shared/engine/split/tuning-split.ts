import type { CsrMatrix } from "../data/csr-matrix.ts";
import { type SplitConfig, type SplitInput, shareOf } from "./split-config.ts";

export interface TuningSplit {
  readonly config: SplitConfig;
  /** The reason for this split, as a sentence. */
  readonly reason: string;
}

/**
 * Shares of each user's interactions to hold out, first choice first. A tenth leaves the model most to learn from. If half of the
 * users have too few interactions for that, more is held out. Comparisons then do not depend on the busiest users alone.
 */
const RATIOS = [0.1, 0.2] as const;
const MIN_USER_SHARE = 0.5;

/**
 * The split on which a study compares configurations: each user's latest interactions where times or order are known, random ones
 * otherwise. A random hold-out prefers models that predict the next interactions less well.
 */
export function chooseTuningSplit({ userItems, times }: SplitInput): TuningSplit {
  const ratio = RATIOS.find((share) => userShareWith(userItems, share) >= MIN_USER_SHARE);
  const config: SplitConfig = {
    scheme: times ? "TU" : "RG",
    heldout_ratio: ratio ?? RATIOS[0],
    n_heldout: ratio === undefined ? 1 : null,
    test_user_ratio: 1,
    n_test_users: null,
  };
  const amount = ratio === undefined ? "1 interaction" : `${100 * ratio} % of the interactions`;
  const reason = times
    ? `The order of interactions is known: the latest ${amount} of each user are held out.`
    : `Neither times nor order are known: ${amount} of each user, chosen at random, are held out.`;
  return { config, reason };
}

/** Share of the users with at least one held-out interaction at this share. */
function userShareWith({ rowCount, indptr }: CsrMatrix, ratio: number): number {
  let count = 0;
  for (let user = 0; user < rowCount; user++) {
    if (shareOf((indptr[user + 1] as number) - (indptr[user] as number), ratio) >= 1) count++;
  }
  return count / rowCount;
}
