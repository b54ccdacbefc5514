/** What the training knows of a user, where a model's histories are read one by one. */
import type { StoredHistory } from "#engine/data/history-record.ts";
import { historyOfUser } from "#engine/serve/history-of-user.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { waitMsOf } from "./wait-ms.ts";

/** `held`: the model holds all histories. `late` and `failed`: the list is made without the user's. */
export type HistoryState = "held" | "read" | "late" | "failed";

export interface KnownHistory {
  readonly state: HistoryState;
  /** Absent if the model holds it, or knows no such user. */
  readonly history?: StoredHistory;
}

export interface TrainingHistories {
  /** Never rejects, and takes no longer than the limit: a list without the history is better than none. */
  of(servable: Servable, userId: string | undefined): Promise<KnownHistory>;
}

export interface TrainingHistoriesDeps {
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  /** How long an answer waits for a history, milliseconds. */
  readonly waitMs: number;
  readonly logError: (event: string, error: unknown) => void;
}

const HELD: KnownHistory = { state: "held" };
const LATE: KnownHistory = { state: "late" };

export function createTrainingHistories(deps: TrainingHistoriesDeps): TrainingHistories {
  const { sleep, keep, waitMs, logError } = deps;
  const read = async (
    histories: NonNullable<Servable["histories"]>,
    userId: string,
  ): Promise<KnownHistory> => {
    try {
      const history = await historyOfUser(histories, userId);
      return { state: "read", ...(history && { history }) };
    } catch (error) {
      logError("training_history_failed", error);
      return { state: "failed" };
    }
  };
  return {
    async of({ histories }, userId) {
      if (!histories || userId === undefined) return HELD;
      const reading = read(histories, userId);
      // If it comes late, the next request finds it in memory.
      keep(reading);
      return Promise.race([reading, sleep(waitMs).then(() => LATE)]);
    },
  };
}

/** An object store takes longer than an event shard. */
const USUAL_WAIT_MS = 200;

/** @throws BadEnvironment if the setting is not a number of milliseconds up to a second. */
export function historyWaitMs(text: string | undefined): number {
  return waitMsOf("EDGEWISE_HISTORY_WAIT_MS", text, USUAL_WAIT_MS);
}
