/**
 * Impressions that the platform writes: the items of answers, and what shadows would have shown, as events of the project. They wait in
 * the isolate's memory for a moment and go to the event shards in batches, after the answers. An isolate that ends before loses its last
 * second of them: an impression is worth no wait.
 */
import { EMPTY_LIST, SHADOW_IMPRESSION } from "#contract/event-type.ts";
import { MAX_EVENTS } from "#contract/limits.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import type { ModelReference } from "#storage/routing-store.ts";
import type { EventShards } from "./event-shards.ts";

export interface ShownItem {
  readonly itemId: string;
  readonly isExplored?: true;
  /** Of an interleaved list: the slot that picked it. */
  readonly slotId?: number;
  /** The model's. */
  readonly score?: number;
  /** Of its position, in a list that may explore. */
  readonly propensity?: number;
  /** The probability that the item stands in its place, over all draws of the request; 0 if nobody can say. */
  readonly placePropensity?: number;
}

/** A list that was shown, or that a shadow would have shown. */
export interface ShownList {
  readonly projectId: number;
  readonly isShadow: boolean;
  readonly requestId: string;
  /** When it was made, epoch milliseconds: it may be written a moment later. */
  readonly at: number;
  /** Undefined for a request without a user. */
  readonly userId: string | undefined;
  readonly items: readonly ShownItem[];
  /** Of the first item, from 0. */
  readonly offset: number;
  readonly slot: { readonly id: number; readonly model: ModelReference };
  /** The probability of the slot that answered. */
  readonly propensity: number;
  /** The share of such lists that are written. */
  readonly rate: number;
  /** Whether the model knows nothing of the person. */
  readonly isCold?: boolean;
  /** Of a list in an experiment. Such a list is written without items, too. */
  readonly test?: {
    readonly experimentId?: number;
    /** Present while the project has a holdout. */
    readonly isHeldOut?: boolean;
    /** How long the list took, milliseconds. */
    readonly ms: number;
  };
}

export interface Impressions {
  /** Returns at once. */
  note(list: ShownList): void;
}

export interface ImpressionsDeps {
  readonly shards: Pick<EventShards, "append">;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  readonly logError: (event: string, error: unknown) => void;
}

/** Lists wait this long for others. */
const WAIT_MS = 1_000;
/** A flush whose request was cut off never ends; after this another one begins. */
const GIVE_UP_MS = 10_000;
/** Of all projects. Beyond this, lists are left out, and the log says how many. */
const MAX_WAITING = 20_000;

export function createImpressions(deps: ImpressionsDeps): Impressions {
  const { shards, now, sleep, keep, logError } = deps;
  let waiting = new Map<number, StoredEvent[]>();
  let count = 0;
  let leftOut = 0;
  let flushingSince = Number.NEGATIVE_INFINITY;

  async function flush(): Promise<void> {
    await sleep(WAIT_MS);
    const [batch, lost] = [waiting, leftOut];
    waiting = new Map();
    count = 0;
    leftOut = 0;
    flushingSince = Number.NEGATIVE_INFINITY;
    if (lost > 0) logError("impressions_left_out", `${lost} lists: too many at a time`);
    for (const [projectId, events] of batch) await send(projectId, events);
  }

  async function send(projectId: number, events: readonly StoredEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += MAX_EVENTS) {
      try {
        await shards.append(projectId, events.slice(from, from + MAX_EVENTS));
      } catch (error) {
        logError("impressions_not_stored", error);
      }
    }
  }

  return {
    note(list) {
      const events = eventsOf(list);
      if (count + events.length > MAX_WAITING) leftOut++;
      else {
        count += events.length;
        const known = waiting.get(list.projectId);
        if (known) known.push(...events);
        else waiting.set(list.projectId, events);
      }
      if (now() - flushingSince < GIVE_UP_MS) return;
      flushingSince = now();
      keep(flush());
    },
  };
}

/** An event names an item; that of an empty list names this one. */
const NO_ITEM = "-";

/** One event for each item. A request without a user counts as a user of its own. */
function eventsOf(list: ShownList): StoredEvent[] {
  const {
    at: madeAt,
    isShadow,
    requestId,
    userId,
    items,
    offset,
    slot,
    propensity,
    rate,
    test,
    isCold,
  } = list;
  const { id: model_id, version } = slot.model;
  const common = {
    ...{ slot_id: slot.id, model_id, ...(version !== undefined && { model_version: version }) },
    ...(test?.experimentId !== undefined && { experiment_id: test.experimentId }),
    ...(test?.isHeldOut !== undefined && { held_out: test.isHeldOut }),
  };
  const type = isShadow ? SHADOW_IMPRESSION : "impression";
  const isEmpty = items.length === 0 && test !== undefined;
  const shown: readonly ShownItem[] = isEmpty ? [{ itemId: NO_ITEM }] : items;
  return shown.map(({ itemId, isExplored, propensity: ofPosition, placePropensity, slotId, score }, at) => ({
    type: isEmpty ? EMPTY_LIST : type,
    user_id: userId ?? `request:${requestId}`,
    item_id: itemId,
    time: madeAt,
    received: madeAt,
    request_id: requestId,
    metadata: {
      ...common,
      ...(slotId !== undefined && { slot_id: slotId }),
      ...{ position: offset + at, propensity, rate, automatic: true },
      ...(test && at === 0 && { ms: Math.round(test.ms) }),
      ...(at === 0 && isCold && { cold: true }),
      ...(at === 0 && score !== undefined && { score: Number(score.toPrecision(3)) }),
      ...(isExplored && { explored: true }),
      ...(ofPosition !== undefined && { position_propensity: ofPosition }),
      ...(placePropensity !== undefined && { place_propensity: Number(placePropensity.toPrecision(6)) }),
    },
  }));
}
