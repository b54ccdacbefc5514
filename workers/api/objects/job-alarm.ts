import type { Millis } from "#jobs/leased-task.ts";

/**
 * The alarm of a job. Each call of a worker moves it, and each change of it is a write that waits for the disk. So an earlier alarm
 * stays, and is set again when it rings: there is one change in the time of a lease instead of one for each call.
 */
export class JobAlarm {
  readonly #storage: Pick<DurableObjectStorage, "setAlarm" | "deleteAlarm">;
  /** Null: never. Undefined: this object was made after it was set. */
  #dueAt: Millis | null | undefined;
  /** When it rings, never later than it is due. */
  #ringsAt: Millis | null | undefined;

  constructor(storage: Pick<DurableObjectStorage, "setAlarm" | "deleteAlarm">) {
    this.#storage = storage;
  }

  /** @param at Null: never. */
  async set(at: Millis | null): Promise<void> {
    this.#dueAt = at;
    const ringsAt = this.#ringsAt ?? Number.POSITIVE_INFINITY;
    if (this.#ringsAt === at || (at !== null && ringsAt <= at)) return;
    this.#ringsAt = at;
    if (at === null) await this.#storage.deleteAlarm();
    else await this.#storage.setAlarm(at);
  }

  /** Whether the job has to hear of a ring now; false when it is due later and was set again. */
  async ring(now: Millis): Promise<boolean> {
    this.#ringsAt = null;
    const dueAt = this.#dueAt ?? null;
    if (dueAt === null || dueAt <= now) return true;
    await this.set(dueAt);
    return false;
  }
}
