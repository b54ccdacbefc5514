/** What serving and events cost by the price list. */

import { PRICES } from "#contract/prices.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";

const SECONDS_A_MONTH = 30 * 24 * 60 * 60;
const OBJECT_GB = 0.125;

/** Dollars a month for an object that never sleeps. */
export const AWAKE_OBJECT_A_MONTH = (SECONDS_A_MONTH * OBJECT_GB * PRICES.objectGbSecond) / 1e6;

/** Dollars for a million recommendations. @param objectCalls Calls of event objects for each. */
export function recommendationsCost({
  cpuMs,
  objectCalls,
}: {
  readonly cpuMs: number;
  readonly objectCalls: number;
}): number {
  return PRICES.request + cpuMs * PRICES.cpuMs + objectCalls * PRICES.objectRequest;
}

export interface EventLoad {
  readonly events: number;
  readonly requests: number;
  /** Of Workers and objects, milliseconds. */
  readonly cpuMs: number;
  /** Of event objects. */
  readonly objectCalls: number;
  readonly rowsWritten: number;
  readonly rowsDeleted: number;
  /** Times that rows become segments, one for each of 16 shards. */
  readonly seals: number;
}

/** `event-cost.worker.test.ts` counts 22 with events of two minutes, and `eventsCost` allows for more pieces of counts. */
const ROWS_A_SEAL = 45;

/** Dollars for a million events, by what they pay for. A deleted row costs as much as a written one. */
export function eventsCost(load: EventLoad): Readonly<Record<string, number>> {
  const each = (count: number, price: number) => (count / load.events) * price;
  return {
    "HTTP requests": each(load.requests, PRICES.request),
    "processor time": each(load.cpuMs, PRICES.cpuMs),
    "calls of event objects": each(load.objectCalls, PRICES.objectRequest),
    "rows written": each(load.rowsWritten, PRICES.rowWritten),
    "rows deleted": each(load.rowsDeleted, PRICES.rowWritten),
    "rows of seals": each(load.seals * ROWS_A_SEAL, PRICES.rowWritten),
    "segments in R2": each(load.seals * EVENT_SHARDS, PRICES.r2Write),
  };
}
