/** The routing of a deployment, with word to the serving isolate beside the writer: it remembers a manifest for a moment. */
import { entryOf, type RoutingStore } from "./routing-store.ts";

/**
 * The same store, which tells of each project whose entry it has changed. Nothing depends on it: others read the change from KV, so `tell`
 * must not reject.
 */
export function toldRouting(store: RoutingStore, tell: (projectId: number) => Promise<void>): RoutingStore {
  const told = async (name: string, work: Promise<void>) => {
    await work;
    const entry = entryOf(name);
    if (entry && "projectId" in entry) await tell(entry.projectId);
  };
  return {
    get: (name, options) => store.get(name, options),
    list: (options) => store.list(options),
    put: (name, value, options) => told(name, store.put(name, value, options)),
    delete: (name) => told(name, store.delete(name)),
  };
}
