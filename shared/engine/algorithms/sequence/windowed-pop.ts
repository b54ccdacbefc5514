/**
 * Popularity in a window: an item's score is how often it is among the newest interactions, a share `window` of them all. Newest by time;
 * without times, by row where rows are in the order of time. Interactions of the same age as the oldest of the window count too.
 *
 * Throws `BAD_DATA` where nothing tells what is new.
 */
import { windowedPop as definition } from "#contract/algorithms/windowed-pop.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Sequences } from "../../data/sequences.ts";
import { EngineError } from "../../engine-error.ts";
import { finishSteps } from "../../in-steps.ts";
import { type Algorithm, type FitInput, type FitTask, noUserRows } from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { createPopularityModel, decodePopularity, POPULARITY_COST } from "../popularity/popularity.ts";
import { orderedInput, requireOrder } from "./ordered-input.ts";

export const windowedPop: Algorithm = {
  name: definition.name,
  epochs: null,
  cost: {
    ...POPULARITY_COST,
    // The order, and ages to find the window by.
    phases: ({ items, interactions }) => [{ js: 12 * items + 12 * interactions, kernels: 0 }],
  },
  planSearch: null,
  begin: beginFit,
  // The fit is one step: nothing is worth a checkpoint.
  resume: (input, params) => beginFit(input, params),
  storedUserRows: noUserRows,
  ownNewcomers: true,
  decode: (sections) => decodePopularity(definition.name, sections),
};

function beginFit(input: FitInput, raw: AlgorithmParams): FitTask {
  const { window } = requireParams(definition.name, raw);
  requireInteractions(input);
  requireOrder(definition.name, input);
  requireNewness(input.sequences);
  let counts: Float32Array | null = null;
  return {
    epoch: 0,
    get done() {
      return counts !== null;
    },
    get progress() {
      return counts === null ? 0 : 1;
    },
    step() {
      counts ??= countsInWindow(
        finishSteps(orderedInput(definition.name, input)),
        window,
        input.userItems.columnCount,
      );
    },
    checkpoint: () => [],
    model() {
      if (counts === null) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
      return createPopularityModel(definition.name, counts);
    },
    dispose() {},
  };
}

function requireNewness(sequences: Sequences | undefined): void {
  if (!sequences || sequences.ages || sequences.areRowsInOrder) return;
  throw new EngineError(
    "BAD_DATA",
    `${definition.name} needs the time of each interaction, or rows in the order of time.`,
  );
}

function countsInWindow({ items, ages }: Sequences, window: number, itemCount: number): Float32Array {
  const counts = new Float32Array(itemCount);
  const kept = Math.max(1, Math.round(window * items.length));
  const oldest = ages ? (ages.slice().sort()[kept - 1] as number) : 0;
  for (const [place, item] of items.entries()) {
    const isNew = ages ? (ages[place] as number) <= oldest : place >= items.length - kept;
    if (isNew) counts[item] = (counts[item] as number) + 1;
  }
  return counts;
}
