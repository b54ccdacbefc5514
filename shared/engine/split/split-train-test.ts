/** One split instead of two: for a plain evaluation, and for studies with a separate test file. */

import type { CsrMatrix } from "../data/csr-matrix.ts";
import { createRandom } from "../random.ts";
import { extractPart } from "./csr-parts.ts";
import { type HeldOutPart, holdOut, PART } from "./hold-out.ts";
import { assertSplitConfig, type SplitConfig, type SplitInput } from "./split-config.ts";

export interface TrainTestSplit {
  readonly train: CsrMatrix;
  /** The held-out entries; same shape, no entry in common. */
  readonly heldout: CsrMatrix;
  readonly heldoutUserCount: number;
  /** TG: first moment that is held out, epoch milliseconds. */
  readonly heldoutFrom: number | null;
  /** Cold items that were held out, ascending: they are ranked among themselves. Absent in other schemes, which rank all items. */
  readonly heldoutItems?: Uint32Array | undefined;
}

/**
 * Holds interactions out once, by the rules of `splitDataset`; `part` names them in errors. Same dataset, config and seed: the same
 * split. Throws `BAD_PARAMETER` for settings that leave a part empty.
 */
export function splitTrainTest(
  dataset: SplitInput,
  config: SplitConfig,
  seed: number,
  part: HeldOutPart = "test",
): TrainTestSplit {
  assertSplitConfig(config, dataset);
  const parts = new Uint8Array(dataset.userItems.indices.length);
  const steps = holdOut(dataset, config, part, parts, createRandom(seed));
  let step = steps.next();
  while (!step.done) step = steps.next();
  return {
    train: extractPart(dataset.userItems, parts, PART.train),
    heldout: extractPart(dataset.userItems, parts, PART[part]),
    heldoutUserCount: step.value.userCount,
    heldoutFrom: step.value.cutAt,
    heldoutItems: step.value.items,
  };
}
