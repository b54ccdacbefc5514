import type { Factors } from "../factor-store/factors.ts";
import type { FitInput } from "../fit/algorithm.ts";
import type { ScoreLevels } from "./ridge-folder.ts";

/** Users whose scores give the usual levels. */
const LEVEL_USERS = 64;

/** Mean scores of the items that some users have, and of the other items. */
export function levelsOf(
  { kernels, userItems }: Pick<FitInput, "kernels" | "userItems">,
  users: Factors,
  items: Factors,
): ScoreLevels {
  const scores = kernels.allocF32(items.count);
  const sums = { seen: 0, seenCount: 0, all: 0, allCount: 0 };
  const stride = Math.max(1, Math.floor(userItems.rowCount / LEVEL_USERS));
  for (let user = 0; user < userItems.rowCount; user += stride) {
    const seen = userItems.indices.subarray(userItems.indptr[user], userItems.indptr[user + 1]);
    if (seen.length === 0) continue;
    kernels.scoreInto({
      factors: items.buffer,
      dim: items.stride,
      rowCount: items.count,
      vectors: users.buffer,
      vectorOffset: user * users.stride,
      vectorCount: 1,
      out: scores,
    });
    const view = scores.view;
    for (const item of seen) sums.seen += view[item] as number;
    for (const score of view) sums.all += score;
    sums.seenCount += seen.length;
    sums.allCount += items.count;
  }
  scores.free();
  const unseenCount = sums.allCount - sums.seenCount;
  const seen = sums.seenCount > 0 ? sums.seen / sums.seenCount : 0;
  return { seen, unseen: unseenCount > 0 ? (sums.all - sums.seen) / unseenCount : 0 };
}
