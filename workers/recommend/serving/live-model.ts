/** The model that answers most requests of a project, for what says how serving is. */
import type { Servable } from "#engine/serve/model-artifact.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { isUnusable, type ModelCache } from "../memory/model-cache.ts";
import type { ShortLived } from "../memory/short-lived.ts";
import type { Slot } from "./choose-slot.ts";
import type { ModelSwaps } from "./model-swaps.ts";

export interface LiveModel {
  readonly servable: Servable;
  /** When this isolate began to answer with it, epoch milliseconds. */
  readonly since: number;
  /** Whether the project has a next model for the slot, which is not in memory yet or cannot be used. */
  readonly hasNext: boolean;
}

export interface ReloadedModel extends LiveModel {
  /** When this isolate began to answer with the former model; null if no other one answered. */
  readonly formerSince: number | null;
}

export interface LiveModels {
  /** Null for a project that serves nothing. Throws as `ModelCache.load`. */
  find(projectId: number): Promise<LiveModel | null>;
  /** The same by the routing as KV has it, not as this isolate remembers it. */
  findNow(projectId: number): Promise<LiveModel | null>;
  /** By the routing as KV has it: loads the next model of each slot, and answers with it from then on. Throws as `ModelCache.load`: the former models then go on. */
  reload(projectId: number): Promise<ReloadedModel | null>;
}

export interface LiveModelDeps {
  readonly models: Pick<ModelCache, "load">;
  readonly swaps: Pick<ModelSwaps, "prepare" | "modelOf" | "servingOf">;
  readonly manifestOf: ShortLived<RoutingManifest | null>;
}

export function createLiveModels({ models, swaps, manifestOf }: LiveModelDeps): LiveModels {
  const servedBy = (projectId: number, { id }: Slot) =>
    swaps.servingOf(projectId).find(({ slotId }) => slotId === id);
  const live = async (projectId: number, slot: Slot): Promise<LiveModel> => {
    const model = swaps.modelOf(projectId, slot);
    const { since = 0 } = servedBy(projectId, slot) ?? {};
    try {
      const servable = await models.load(model.artifact_key, model.id);
      return { servable, since, hasNext: model.artifact_key !== slot.model.artifact_key };
    } catch (error) {
      // Lists come from the model before, too.
      if (!isUnusable(error) || slot.previous === null) throw error;
      const servable = await models.load(slot.previous.artifact_key, slot.previous.id);
      return { servable, since, hasNext: true };
    }
  };
  const prepared = async (reading: Promise<RoutingManifest | null>) => {
    const manifest = await reading;
    if (manifest) swaps.prepare(manifest);
    return manifest?.slots ?? [];
  };
  const liveOf = async (projectId: number, reading: Promise<RoutingManifest | null>) => {
    const slot = heaviest(await prepared(reading));
    return slot ? live(projectId, slot) : null;
  };
  return {
    find: (projectId) => liveOf(projectId, manifestOf(String(projectId))),
    findNow: (projectId) => liveOf(projectId, manifestOf.renewed(String(projectId))),
    async reload(projectId) {
      const slots = await prepared(manifestOf.renewed(String(projectId)));
      const slot = heaviest(slots);
      if (!slot) return null;
      const former = servedBy(projectId, slot);
      for (const { model } of slots) await models.load(model.artifact_key, model.id);
      for (const other of slots) swaps.modelOf(projectId, other);
      const isOther = former !== undefined && former.model.artifact_key !== slot.model.artifact_key;
      return { ...(await live(projectId, slot)), formerSince: isOther ? former.since : null };
    },
  };
}

function heaviest(slots: readonly Slot[]): Slot | null {
  const [first = null, ...others] = slots;
  return others.reduce((best, slot) => (best && best.weight >= slot.weight ? best : slot), first);
}
