/** Events of a made-up shop: 10,000 users and 40,000 items, each pair as likely as any other. */

const USERS = 10_000;
const ITEMS = 40_000;

export interface SentEvent {
  readonly type: string;
  readonly user_id: string;
  readonly item_id: string;
  readonly event_id: string;
}

/** The same for the same arguments. @param run Part of the ids, so that two runs are not the same events. */
export function batchOf(seed: number, size: number, run = ""): SentEvent[] {
  return Array.from({ length: size }, (_, n) => {
    const noise = Math.imul(seed * size + n + 1, 0x9e3779b1) >>> 0;
    const ids = { user_id: `u${noise % USERS}`, item_id: `i${(noise >>> 9) % ITEMS}` };
    return { type: "view", ...ids, event_id: `${seed}-${n}-${run}` };
  });
}

export function* eventsOfBatches(batches: number, size: number): Generator<SentEvent[]> {
  for (let seed = 0; seed < batches; seed++) yield batchOf(seed, size);
}
