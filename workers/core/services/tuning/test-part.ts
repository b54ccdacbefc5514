/**
 * The identity of a test part: figures with the same one were measured on the same interactions, others cannot be compared. Eight
 * hex digits of a hash over the version of the data, the split with its seed, the depth of the evaluated lists and, where no isolate holds
 * the data, whether they are figures of all of them or of a sample, and how large.
 */
import { createHash } from "node:crypto";
import type { MeasuredOn } from "#contract/tuning-job.ts";
import type { StudySpec } from "#jobs/study-job.ts";

const DIGITS = 8;

type Parts = Pick<StudySpec, "dataId" | "datasetKey" | "split" | "cutoff">;

/** @param scope Absent where one isolate holds the data. */
export function testPartOf(
  { dataId, datasetKey, split, cutoff }: Parts,
  scope: Pick<MeasuredOn, "data" | "users"> | undefined,
): string {
  const heldout = split.n_heldout === null ? ["share", split.heldout_ratio] : ["count", split.n_heldout];
  const users =
    split.n_test_users === null ? ["share", split.test_user_ratio] : ["count", split.n_test_users];
  // Absent where nobody chose: parts of earlier releases keep their identity.
  const seen = split.keeps_seen == null ? [] : [split.keeps_seen];
  const whole = JSON.stringify([
    ...[dataId, datasetKey, split.scheme, heldout, users, split.seed, cutoff],
    ...seen,
    ...(scope ? [scope.data, scope.users] : []),
  ]);
  const hash = createHash("sha256");
  hash.update(new TextEncoder().encode(whole));
  return hash.digest("hex").slice(0, DIGITS);
}
