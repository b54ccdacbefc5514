/**
 * Says when compute processes cannot start, and when one does again. The jobs behind them only wait, which nothing else tells. A cause that lasts
 * is said once.
 */
export class StartReports {
  readonly #say: (text: string) => void;
  #problem: string | null = null;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Why the last start failed; null after one that did not, and before the first. */
  get problem(): string | null {
    return this.#problem;
  }

  failed(reason: string): void {
    if (reason === this.#problem) return;
    this.#problem = reason;
    this.#say(
      `error: No process for jobs starts, so jobs wait: ${reason}\nThe next message of a job tries again. "npm start -- --jobs 0" runs jobs in the process of all Workers.\n`,
    );
  }

  started(): void {
    if (this.#problem === null) return;
    this.#problem = null;
    this.#say("A process for jobs has started. The error before is over.\n");
  }
}
