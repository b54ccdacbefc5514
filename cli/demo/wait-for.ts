/** Milliseconds between two requests: at first, and at most. */
const PAUSE_MS = { first: 150, most: 1_000 };
/** A pause takes this part of the time that has passed: the wait is longer by a tenth at most, and a long one asks rarely. */
const PART_OF_WAIT = 0.1;

/** Repeats a request until `isWanted` accepts its answer, and returns that answer. */
export async function waitFor<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  onAnswer: (answer: T) => void = () => undefined,
): Promise<T> {
  const begunAt = performance.now();
  for (;;) {
    const answer = await ask();
    onAnswer(answer);
    if (isWanted(answer)) return answer;
    const pause = pauseAfter(performance.now() - begunAt);
    await new Promise((wake) => setTimeout(wake, pause));
  }
}

/** Milliseconds until the next request of a wait that has lasted this long. */
export function pauseAfter(waitedMs: number): number {
  return Math.min(Math.max(PAUSE_MS.first, PART_OF_WAIT * waitedMs), PAUSE_MS.most);
}
