/**
 * Small data with structure: users of a few tastes, who mostly like items of their own taste. The same seed gives the same data.
 */
import { makeRandom } from "./random.ts";

const USERS = 160;
const ITEMS = 120;
const TASTES = 4;
const LIKES_EACH = 24;
/** How often a user likes an item of their own taste. */
const OWN_TASTE_RATIO = 0.85;
const FIRST_AT_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 37_000;
const TITLES = ["Slow Morning", "Neon Rain", "Second Stage", "Paper Moon", "Afterglow", "Home Video"];

export interface World {
  /** user_id, item_id, at; one row has no item, and must be rejected. */
  readonly interactions: string;
  readonly items: string;
  readonly rejectedLine: number;
}

export function makeWorld(seed: number): World {
  const random = makeRandom(seed);
  const draw = (count: number) => Math.floor(random() * count);
  const rows: string[] = [];
  for (let like = 0; like < LIKES_EACH; like += 1) {
    for (let user = 0; user < USERS; user += 1) {
      const taste = random() < OWN_TASTE_RATIO ? user % TASTES : draw(TASTES);
      // Squaring prefers low numbers: each taste has popular items.
      const rank = Math.floor(random() ** 2 * (ITEMS / TASTES));
      const at = new Date(FIRST_AT_MS + rows.length * STEP_MS).toISOString();
      rows.push(`fan-${user},post-${rank * TASTES + taste},${at}`);
    }
  }
  const rejectedRow = 41;
  rows.splice(rejectedRow, 0, `fan-3,,${new Date(FIRST_AT_MS).toISOString()}`);
  const items = Array.from(
    { length: ITEMS },
    (_, item) => `post-${item},${TITLES[item % TITLES.length]} ${item},taste-${item % TASTES}`,
  );
  return {
    interactions: `user_id,item_id,at\n${rows.join("\n")}\n`,
    items: `item_id,title,tag\n${items.join("\n")}\n`,
    // Lines count from 1, and the first is the header.
    rejectedLine: rejectedRow + 2,
  };
}
