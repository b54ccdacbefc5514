/** Generated sessions of any number. */
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { createRandom } from "#engine/random.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const EVENTS_PER_ITEM = 20;

/**
 * Two to eight items of a chain through the catalogue, mostly to a near neighbour, a tenth of the steps to an item drawn by popularity.
 * 5 sessions a person, minutes apart within a session and days between sessions. Ids are `u0` … and `i0` …
 */
export async function madeSessions(eventCount: number, seed: number): Promise<Dataset> {
  const random = createRandom(seed);
  const itemCount = Math.max(1_000, Math.floor(eventCount / EVENTS_PER_ITEM));
  const popular = () => Math.floor(itemCount * random.next() ** 2);
  const builder = new DatasetBuilder({
    hasTimes: true,
    maxBytes: Number.POSITIVE_INFINITY,
    sessions: { gapMs: 30 * MINUTE_MS, hasIds: false },
  });
  for (let session = 0; builder.rowCount < eventCount; session++) {
    const user = `u${Math.floor(session / 5)}`;
    const length = 2 + random.below(7);
    const beganAt = DAY_MS * (session % 5) + random.below(DAY_MS / 2);
    let item = popular();
    for (let at = 0; at < length; at++) {
      builder.add(user, `i${item}`, 1, beganAt + at * MINUTE_MS);
      item = random.next() < 0.1 ? popular() : (item + 1 + random.below(20)) % itemCount;
    }
  }
  return (await builder.finish(async () => undefined)).dataset;
}
