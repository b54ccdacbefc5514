/**
 * Sends the parts of a file, a few at a time. After a dropped connection it continues with the parts that storage
 * lacks. Network, timer and random source are arguments. Errors that a retry cannot fix (a refusal, a cancellation) are
 * thrown at once.
 */
import { backoffMs } from "../../api/backoff.ts";
import { byteCount, missingParts, planParts, type UploadPart } from "./upload-plan.ts";

/** Enough to fill a connection between two parts, few enough that a part is not starved. */
const PARALLEL_PARTS = 3;
/** About two minutes of attempts without a single finished part. */
const MAX_FRUITLESS_ROUNDS = 7;

export interface UploadDeps {
  readonly sendPart: (part: UploadPart, onProgress: (sentBytes: number) => void) => Promise<void>;
  /** The numbers of the stored parts. */
  readonly readReceived: () => Promise<readonly number[]>;
  readonly mayHeal: (error: unknown) => boolean;
  readonly wait: (delayMs: number) => Promise<void>;
  readonly random: () => number;
  /** Bytes that are stored or in transit. */
  readonly onProgress: (sentBytes: number) => void;
  /** The connection dropped; the next attempt follows after the delay. */
  readonly onPause: (delayMs: number) => void;
}

export interface UploadJob {
  readonly size: number;
  readonly partSize: number;
  /** Known at the start; requested again after each pause. */
  readonly received: readonly number[];
}

export async function runUpload(job: UploadJob, deps: UploadDeps): Promise<void> {
  const parts = planParts(job.size, job.partSize);
  let missing = missingParts(parts, job.received);
  let fruitlessRounds = 0;
  while (missing.length > 0) {
    const round = await sendRound(missing, job.size - byteCount(missing), deps);
    if (round.error === null) return;
    fruitlessRounds = round.sentCount > 0 ? 0 : fruitlessRounds + 1;
    if (!deps.mayHeal(round.error) || fruitlessRounds > MAX_FRUITLESS_ROUNDS) throw round.error;
    const delayMs = backoffMs(fruitlessRounds, deps.random);
    deps.onPause(delayMs);
    await deps.wait(delayMs);
    const received = await deps.readReceived().catch((error: unknown) => {
      if (!deps.mayHeal(error)) throw error;
      return null;
    });
    missing = received === null ? missingParts(missing, round.sent) : missingParts(parts, received);
  }
}

interface Round {
  readonly sent: readonly number[];
  readonly sentCount: number;
  readonly error: unknown;
}

/** Sends parts until all are sent or one fails; then waits for the others in flight. */
async function sendRound(
  missing: readonly UploadPart[],
  storedBytes: number,
  deps: UploadDeps,
): Promise<Round> {
  const queue = [...missing];
  const sent: number[] = [];
  const bytesOf = new Map<number, number>();
  let error: unknown = null;

  function report(part: UploadPart, bytes: number): void {
    bytesOf.set(part.number, Math.min(bytes, part.end - part.start));
    deps.onProgress(storedBytes + [...bytesOf.values()].reduce((sum, value) => sum + value, 0));
  }
  async function work(): Promise<void> {
    for (let part = queue.shift(); part && error === null; part = queue.shift()) {
      const current = part;
      try {
        await deps.sendPart(current, (bytes) => report(current, bytes));
        sent.push(current.number);
        report(current, current.end - current.start);
      } catch (thrown) {
        error ??= thrown;
        report(current, 0);
      }
    }
  }
  await Promise.all(Array.from({ length: PARALLEL_PARTS }, work));
  return { sent, sentCount: sent.length, error };
}
