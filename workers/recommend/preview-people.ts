/** The people of a model's training data, for pages that show what it recommends to one of them. */
import { csrRow } from "#engine/data/csr-row.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { isForgottenId } from "#engine/serve/forgotten-id.ts";
import { drawHistory, historyOfUser } from "#engine/serve/history-of-user.ts";
import { indexOfId } from "#engine/serve/index-of-id.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";

/** Ids that are looked at before other requests get a turn. */
const LOOKED_AT = 20_000;

/**
 * The ids of people that hold a text, in the order of the training data; the one that is exactly the text comes first. Erased people
 * are left out. A model whose histories are in blocks has no list of ids: it finds the exact id alone.
 */
export async function peopleLike(
  { users, histories }: Pick<Servable, "users" | "histories">,
  wanted: { readonly text: string; readonly limit: number },
  breathe: () => Promise<unknown>,
): Promise<string[]> {
  const { text, limit } = wanted;
  if (histories) {
    const found = text === "" || isForgottenId(text) ? null : await historyOfUser(histories, text);
    return found ? [found.userId] : [];
  }
  const exact = users.indexOf(text);
  const found = exact < 0 || isForgottenId(text) ? [] : [text];
  const lower = text.toLowerCase();
  for (let at = 0; at < users.size && found.length < limit; at++) {
    if (at % LOOKED_AT === LOOKED_AT - 1) await breathe();
    const id = users.idAt(at);
    if (at !== exact && !isForgottenId(id) && id.toLowerCase().includes(lower)) found.push(id);
  }
  return found;
}

/** The items that the training knows of a person, in the order of their indices; null for somebody it does not know. */
export async function historyItems(servable: Servable, userId: string): Promise<string[] | null> {
  const { users, items, history, histories } = servable;
  if (isForgottenId(userId)) return null;
  const idOf = (itemIndex: number) => items.idAt(itemIndex);
  if (histories) {
    const found = await historyOfUser(histories, userId);
    return found && Array.from(found.indices, idOf);
  }
  const userIndex = indexOfId(users, userId);
  return userIndex < 0 ? null : Array.from(csrRow(history, userIndex).indices, idOf);
}

/** The index that is drawn, or the next one of a user who was not erased. */
export function drawIndex(users: IdMap, draw: number): number | null {
  const first = Math.floor(draw * users.size);
  for (let step = 0; step < users.size; step++) {
    const userIndex = (first + step) % users.size;
    if (!isForgottenId(users.idAt(userIndex))) return userIndex;
  }
  return null;
}

/** The ids of different people, at most `limit`, each picked by a draw in [0, 1). Erased people are left out. */
export async function drawPeople(
  { users, histories }: Pick<Servable, "users" | "histories">,
  draws: readonly number[],
  limit: number,
): Promise<string[]> {
  const found = new Set<string>();
  for (const draw of draws) {
    if (found.size >= limit) break;
    if (histories) {
      const drawn = await drawHistory(histories, draw);
      if (drawn) found.add(drawn.userId);
      continue;
    }
    const userIndex = drawIndex(users, draw);
    if (userIndex !== null) found.add(users.idAt(userIndex));
  }
  return [...found];
}
