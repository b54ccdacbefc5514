/** The saved rules of a project alone, for lists that are made again. */
import type { IdMap } from "#engine/data/id-map.ts";
import type { RoutingManifest, SavedRule } from "#storage/routing-store.ts";
import type { ShelfMemory } from "../items/shelf-memory.ts";
import type { LiveItems } from "../memory/live-items.ts";
import { type Ruled, rulesOfCall } from "./rules-of-call.ts";

/** Another list of rules in the place of those that are saved. */
export type ChangeRules = (saved: readonly SavedRule[]) => readonly SavedRule[];

/** For a user at a time, epoch milliseconds, as today's items and properties make them; null without any rule. */
export type SavedRules = (
  projectId: number,
  userId: string,
  at: number,
  change?: ChangeRules,
) => Promise<((items: IdMap) => Promise<Ruled>) | null>;

interface Deps extends Omit<Parameters<typeof rulesOfCall>[0], "now"> {
  readonly items: Pick<ShelfMemory, "of">;
  readonly live: LiveItems;
  readonly manifestOf: (projectId: string) => Promise<RoutingManifest | null>;
}

export function createSavedRules(deps: Deps): SavedRules {
  return async (projectId, userId, at, change = (saved) => saved) => {
    const found = await deps.manifestOf(String(projectId));
    const rules = change(found?.rules ?? []);
    if (!found || rules.length === 0) return null;
    const manifest = { ...found, rules: [...rules] };
    const { view } = await deps.items.of(projectId);
    const whose = { userId, live: deps.live.of(projectId, userId) };
    return rulesOfCall({ ...deps, now: () => at }, manifest, view, { place: [] }, whose);
  };
}
