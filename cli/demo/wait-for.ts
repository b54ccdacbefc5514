const POLL_MS = 150;

/** Repeats a request until `isWanted` accepts its answer, and returns that answer. */
export async function waitFor<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  onAnswer: (answer: T) => void = () => undefined,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    onAnswer(answer);
    if (isWanted(answer)) return answer;
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}
