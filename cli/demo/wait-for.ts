const POLL_MS = 150;

/** Asks again and again until the answer is as wanted, and returns that answer. */
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
