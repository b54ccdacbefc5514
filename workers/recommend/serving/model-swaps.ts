/**
 * Which model a slot answers with while its next one is loaded. Requests go on with the former model, and change once the new one
 * is in memory. A request that has begun ends with the model it has.
 */
import type { RoutingManifest } from "#storage/routing-store.ts";
import { isUnusable, type ModelCache } from "../memory/model-cache.ts";
import type { Slot } from "./choose-slot.ts";

/** A model that takes longer than this to load is waited for: a slot must not answer with its former model without end. */
export const MAX_SWAP_MS = 10_000;
/** A load that failed is tried again after this. */
const RETRY_MS = 1_000;
/** Slots of other projects that have not answered for longest are forgotten first; they then wait for their next model. */
const MAX_SLOTS_KNOWN = 4096;

export interface ModelSwapsDeps {
  readonly models: Pick<ModelCache, "load" | "has">;
  readonly now: () => number;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  readonly logError: (event: string, error: unknown) => void;
  /** Told how long a slot answered with its former model after this isolate had read of the next one, milliseconds. */
  readonly swapped?: (projectId: number, ms: number) => void;
}

interface SlotState {
  serving: Slot["model"];
  /** When it began to answer, epoch milliseconds. */
  since: number;
  next: NextModel | null;
}

export interface ServedBy {
  readonly slotId: number;
  readonly model: Slot["model"];
  /** Epoch milliseconds. */
  readonly since: number;
}

interface NextModel {
  readonly key: string;
  /** When this isolate read of it. */
  readonly since: number;
  state: "loading" | "failed" | "unusable";
  /** Of a failed one. */
  retryAt: number;
}

export class ModelSwaps {
  readonly #deps: ModelSwapsDeps;
  readonly #slots = new Map<string, SlotState>();
  /** The manifest that each project's slots were last prepared for. */
  readonly #prepared = new Map<number, RoutingManifest>();

  constructor(deps: ModelSwapsDeps) {
    this.#deps = deps;
  }

  /**
   * Begins to load the next models of all slots of a project that answered before. Costs nothing if the manifest is the one of the
   * request before.
   */
  prepare(manifest: RoutingManifest): void {
    const { project_id: projectId, slots } = manifest;
    const before = this.#prepared.get(projectId);
    if (before === manifest) return;
    this.#remember(this.#prepared, projectId, manifest);
    if (!before) return;
    for (const slot of slots) {
      if (this.#deps.models.has(slot.model.artifact_key)) continue;
      const state = this.#slots.get(nameOf(projectId, slot));
      if (state && this.#mustSwap(state, slot)) this.#load(state, slot);
      const isNew = !before.slots.some(({ id }) => id === slot.id);
      if (!state && isNew) this.#deps.keep(this.#preload(slot));
    }
  }

  /**
   * The model that answers a slot's request now. Cases, first match wins:
   *  - the slot has its model, or answers for the first time → that model
   *  - its next model is in memory                           → that one, from now on
   *  - its former model is not in memory any more            → the next one, waited for
   *  - the file of the next one is damaged or missing        → the next one: the caller finds that and takes the previous one
   *  - it has been loading for too long                      → the next one, waited for
   *  - otherwise, also while the store does not answer       → the former one
   */
  modelOf(projectId: number, slot: Slot): Slot["model"] {
    const name = nameOf(projectId, slot);
    const state = this.#slots.get(name);
    const { models, now, swapped } = this.#deps;
    if (!state) return this.#serve(name, slot);
    const { next, serving } = state;
    if (!this.#mustSwap(state, slot)) {
      if (next) state.next = null;
      return slot.model;
    }
    if (models.has(slot.model.artifact_key)) {
      swapped?.(projectId, next?.key === slot.model.artifact_key ? now() - next.since : 0);
      return this.#serve(name, slot);
    }
    if (!models.has(serving.artifact_key)) return this.#serve(name, slot);
    const loading = this.#load(state, slot);
    if (loading.state === "unusable") return slot.model;
    const isSlow = loading.state === "loading" && now() - loading.since > MAX_SWAP_MS;
    return isSlow ? slot.model : serving;
  }

  /** The model by which each slot of a project answers now, and since when. */
  servingOf(projectId: number): ServedBy[] {
    const prefix = `${projectId}/`;
    return [...this.#slots].flatMap(([name, { serving, since }]) =>
      name.startsWith(prefix) ? [{ slotId: Number(name.slice(prefix.length)), model: serving, since }] : [],
    );
  }

  #mustSwap({ serving }: SlotState, { model }: Slot): boolean {
    return serving.artifact_key !== model.artifact_key;
  }

  #serve(name: string, { model }: Slot): Slot["model"] {
    this.#remember(this.#slots, name, { serving: model, since: this.#deps.now(), next: null });
    return model;
  }

  /** Loads the next model of a slot beside the requests, once; again a while after a failure. */
  #load(state: SlotState, slot: Slot): NextModel {
    const { now, keep } = this.#deps;
    const key = slot.model.artifact_key;
    const known = state.next?.key === key ? state.next : null;
    if (known && (known.state !== "failed" || now() < known.retryAt)) return known;
    const next: NextModel = { key, since: known?.since ?? now(), state: "loading", retryAt: 0 };
    state.next = next;
    keep(this.#preload(slot, next));
    return next;
  }

  async #preload({ model }: Slot, next?: NextModel): Promise<void> {
    try {
      await this.#deps.models.load(model.artifact_key, model.id);
    } catch (error) {
      this.#deps.logError("next_model_not_loaded", error);
      if (!next) return;
      next.state = isUnusable(error) ? "unusable" : "failed";
      next.retryAt = this.#deps.now() + RETRY_MS;
    }
  }

  #remember<Key, Value>(values: Map<Key, Value>, key: Key, value: Value): void {
    values.delete(key);
    values.set(key, value);
    const [oldest] = values.keys();
    if (values.size > MAX_SLOTS_KNOWN && oldest !== undefined) values.delete(oldest);
  }
}

const nameOf = (projectId: number, { id }: Pick<Slot, "id">) => `${projectId}/${id}`;
