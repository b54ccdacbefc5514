import type { Breathe } from "./dataset-builder.ts";
import type { InteractionLog } from "./interaction-log.ts";

/** Weights stay above zero however old they are, as values must be. */
const MIN_WEIGHT = 1e-30;

/** Halves weights for every `halfLifeMs` before the newest interaction of the log, in place; an unknown time (NaN) costs nothing. */
export async function decayWeights(log: InteractionLog, halfLifeMs: number, breathe: Breathe): Promise<void> {
  let newest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < log.chunkCount; index++) {
    for (const time of log.chunk(index).times ?? []) if (time > newest) newest = time;
    await breathe();
  }
  for (let index = 0; index < log.chunkCount; index++) {
    const { weights, times } = log.chunk(index);
    for (let row = 0; row < weights.length; row++) {
      const age = newest - (times?.[row] ?? Number.NaN);
      if (Number.isNaN(age)) continue;
      weights[row] = Math.max(MIN_WEIGHT, (weights[row] as number) * 2 ** (-age / halfLifeMs));
    }
    await breathe();
  }
}
