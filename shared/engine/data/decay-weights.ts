import type { Breathe } from "./breathe.ts";
import type { InteractionLog } from "./interaction-log.ts";
import { timeLandmarks } from "./time-landmarks.ts";

/** Weights stay above zero at any age, as values must be. */
const MIN_WEIGHT = 1e-30;

/**
 * Halves weights for every `halfLifeMs` before the reference time of the log (see `timeLandmarks`), in place. Times after it and
 * unknown times (NaN) do not change the weight; a weight of zero or below stays.
 */
export async function decayWeights(log: InteractionLog, halfLifeMs: number, breathe: Breathe): Promise<void> {
  const landmarks = timeLandmarks(await allTimes(log, breathe));
  if (landmarks !== null) await decayTo(landmarks.reference, log, halfLifeMs, breathe);
}

/** The same, with a reference time that is known. Epoch milliseconds. */
export async function decayTo(
  reference: number,
  log: InteractionLog,
  halfLifeMs: number,
  breathe: Breathe,
): Promise<void> {
  for (let index = 0; index < log.chunkCount; index++) {
    const { weights, times } = log.chunk(index);
    for (let row = 0; row < weights.length; row++) {
      const age = reference - (times?.[row] ?? Number.NaN);
      if (!(age > 0)) continue;
      const weight = weights[row] as number;
      const decayed = weight * 2 ** (-age / halfLifeMs);
      weights[row] = weight > 0 ? Math.max(MIN_WEIGHT, decayed) : decayed;
    }
    await breathe();
  }
}

async function allTimes(log: InteractionLog, breathe: Breathe): Promise<Float64Array> {
  const all = new Float64Array(log.hasTimes ? log.length : 0);
  let filled = 0;
  for (let index = 0; index < log.chunkCount; index++) {
    const { times } = log.chunk(index);
    if (!times) continue;
    all.set(times, filled);
    filled += times.length;
    await breathe();
  }
  return all;
}
