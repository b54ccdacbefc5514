import { BASELINE } from "#contract/algorithms.ts";
import { testSample } from "#engine/tune/plan/test-sample.ts";
import type { ColdMessage } from "#jobs/messages.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { type Attempt, measure } from "./final.ts";
import { workOnStudy } from "./study-work.ts";

/** Measures a study's winner and popularity on items, or users, that have no interaction in the training part. */
export function cold(deps: TrainerDeps, message: ColdMessage): Promise<void> {
  return workOnStudy(deps, message, async ({ claim, spec, assignment: { winner, scheme } }, work) => {
    const attempt: Attempt = { deps, spec, claim, work, place: scheme };
    const partsOf = (hasAges: boolean) => deps.datasets.coldParts(spec, scheme, spec.split.seed, hasAges);
    const measured = await measure(attempt, winner, partsOf);
    const popularity = await measure(attempt, { algorithm: BASELINE, params: {} }, partsOf);
    const { test } = await partsOf(false);
    const figures = {
      ...{ winner: measured.metrics, popularity: popularity.metrics },
      users: usersIn(test),
      measured_users: testSample(test, spec.split.seed).length,
    };
    return { kind: "cold", scheme, figures };
  });
}

function usersIn({ indptr, rowCount }: { readonly indptr: Uint32Array; readonly rowCount: number }): number {
  let count = 0;
  for (let user = 0; user < rowCount; user++) if (indptr[user] !== indptr[user + 1]) count++;
  return count;
}
