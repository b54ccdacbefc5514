import type { Dataset } from "#engine/data/dataset.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { COLD_RATIO } from "#engine/split/cold-split.ts";
import type { ColdScheme } from "#engine/split/split-config.ts";
import { chooseTuningSplit, type TuningSplit } from "#engine/split/tuning-split.ts";
import type { TuneOptions } from "../options/tune-options.ts";

type Test = Pick<Dataset, "items" | "users">;

/**
 * The split on which trials are measured: the one that was asked for, else the one that resembles the test file. A test file of new items
 * alone, which a table describes, is resembled by held-out items, and one of new users alone by held-out users.
 */
export function chooseStudySplit(
  dataset: Dataset,
  test: Test | null,
  { split, tables }: Pick<TuneOptions, "split" | "tables">,
): TuningSplit {
  if (split) return { config: split, reason: "It was asked for." };
  if (test && tables.item && areAllNew(test.items, dataset.items)) return coldSplitFor("cold-items");
  if (test && tables.user && areAllNew(test.users, dataset.users)) return coldSplitFor("cold-users");
  return chooseTuningSplit(dataset);
}

function coldSplitFor(scheme: ColdScheme): TuningSplit {
  const what = scheme === "cold-items" ? "items" : "users";
  return {
    config: {
      ...{ scheme, heldout_ratio: COLD_RATIO, n_heldout: null },
      ...{ test_user_ratio: 1, n_test_users: null },
    },
    reason: `All ${what} of the test file are new: all interactions of ${100 * COLD_RATIO} % of the ${what} are held out.`,
  };
}

function areAllNew(tested: IdMap, known: IdMap): boolean {
  for (let at = 0; at < tested.size; at++) if (known.indexOf(tested.idAt(at)) >= 0) return false;
  return tested.size > 0;
}
