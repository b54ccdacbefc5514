/**
 * `node test/bench/serve/cold-start.ts`: milliseconds of processor for a list by the cold-start rules, with reasons, for the catalogue of
 * the K-pop service (1,526 posts) and larger ones; and what a change of the catalogue adds once.
 */

import { BASELINE } from "#contract/algorithms.ts";
import { DEFAULT_COLD_START } from "#contract/cold-start.ts";
import { buildCatalogue, rowsOf } from "#engine/catalogue/catalogue.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { createRandom } from "#engine/random.ts";
import { coldStartOf } from "#engine/serve/cold-start.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { NO_MODEL_FEATURES } from "#engine/serve/model-features.ts";
import { popularityOf } from "#engine/serve/popular-now.ts";
import { recommend } from "#engine/serve/recommend.ts";

const ROUNDS = 300;
const WARM_UP = 50;
const NOW = Date.parse("2026-01-15T00:00:00Z");
const DAY_MS = 86_400_000;
const COMMUNITIES = 60;
const FOLLOWED = 30;

const random = createRandom(12);
const pick = (count: number) => Math.floor(random.next() * count);

/** Posts as the service's generator makes them: 3 to 6 of 40 tags, 180 days, few likes and comments. */
function madePosts(count: number) {
  return Array.from({ length: count }, (_, at) => ({
    itemId: `post-${at}`,
    properties: {
      communityId: `community-${pick(COMMUNITIES)}`,
      tags: Array.from({ length: 3 + pick(4) }, () => `tag-${pick(40)}`),
      createdAt: new Date(NOW - pick(180) * DAY_MS).toISOString(),
      ...{ view_count: 5 + pick(20), like_count: pick(6), comment_count: pick(3) },
    },
  }));
}

/** A model without an opinion of anybody. */
function servableOf(ids: readonly string[]): Servable {
  const [users, items] = [new IdMapBuilder(), new IdMapBuilder()];
  for (const id of ids) items.intern(id);
  const none = new Uint32Array(0);
  return {
    model: {
      algorithm: BASELINE,
      itemCount: ids.length,
      scoreProfileInto: () => undefined,
      scoreUserInto: () => undefined,
      similarItemsInto: () => undefined,
      encode: () => [],
      dispose: () => undefined,
    },
    ...{ users: users.finish(), items: items.finish(), disliked: null, ...NO_MODEL_FEATURES },
    history: {
      ...{ rowCount: 0, columnCount: ids.length, indptr: new Uint32Array(1), indices: none },
      values: new Float32Array(0),
    },
    popularity: new Float32Array(ids.length),
    popular: Uint32Array.from(ids.keys()),
  };
}

function cost(rounds: number, work: (round: number) => void): number {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) work(round);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / rounds;
}

for (const count of [1_526, 10_000, 100_000]) {
  const posts = madePosts(count);
  const { catalogue } = buildCatalogue(posts);
  const servable = servableOf(posts.map(({ itemId }) => itemId));
  const rows = rowsOf(catalogue, servable.items);
  const popularity = popularityOf(servable);
  const list = (round: number) => {
    const communities = Array.from(
      { length: FOLLOWED },
      (_, at) => `community-${(round + at) % COMMUNITIES}`,
    );
    const settings = DEFAULT_COLD_START;
    const coldStart = coldStartOf({ settings, catalogue, rows, communities, now: NOW + round });
    if (!coldStart) throw new Error("No post is of a followed community.");
    return recommend(servable, { offset: 0, limit: 20, reasons: 4, popularity, coldStart });
  };
  cost(WARM_UP, list);
  const perList = cost(ROUNDS, list);
  const aligning = cost(5, () => void rowsOf(catalogue, servable.items));
  const { strategy, ruledTotal } = list(0);
  console.log(
    `${count} items, ${FOLLOWED} of ${COMMUNITIES} communities followed (${ruledTotal} items, ${strategy}): ` +
      `${perList.toFixed(3)} ms of processor a list; the rows of the items, once for each set of items: ${aligning.toFixed(1)} ms`,
  );
}
