/**
 * The identity of a test part: figures with the same one were measured on the same interactions, others cannot be compared. Eight
 * hex digits of a hash over the version of the data, the split with its seed, and the depth of the evaluated lists.
 */
import { createHash } from "node:crypto";
import type { StudySpec } from "#jobs/study-job.ts";

const DIGITS = 8;

type Parts = Pick<StudySpec, "dataId" | "datasetKey" | "split" | "cutoff">;

export function testPartOf({ dataId, datasetKey, split, cutoff }: Parts): string {
  const heldout = split.n_heldout === null ? ["share", split.heldout_ratio] : ["count", split.n_heldout];
  const users =
    split.n_test_users === null ? ["share", split.test_user_ratio] : ["count", split.n_test_users];
  // Absent where nobody chose: parts of earlier releases keep their identity.
  const seen = split.keeps_seen == null ? [] : [split.keeps_seen];
  const whole = JSON.stringify([
    ...[dataId, datasetKey, split.scheme, heldout, users, split.seed, cutoff],
    ...seen,
  ]);
  const hash = createHash("sha256");
  hash.update(new TextEncoder().encode(whole));
  return hash.digest("hex").slice(0, DIGITS);
}
