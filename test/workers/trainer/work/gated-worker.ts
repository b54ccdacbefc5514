/** Code that goes on only when it is told to: so a test decides in which order workers read, write and report, and where one dies. */

export type Progress = "paused" | "ended";

export class GatedWorker {
  #waiting: (() => void)[] = [];
  #stopped: (progress: Progress) => void = () => undefined;
  #hasEnded = false;
  error: unknown = null;

  /** Begins paused. */
  constructor(run: (worker: GatedWorker) => Promise<void>) {
    this.gate()
      .then(() => run(this))
      .catch((error: unknown) => {
        this.error = error;
      })
      .finally(() => {
        this.#hasEnded = true;
        this.#stopped("ended");
      });
  }

  /** Waits for the next `step`. */
  gate(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#stopped("paused");
    });
  }

  /** Lets the worker go on to its next gate. One that gets no more steps is dead. */
  step(): Promise<Progress> {
    const stopped = new Promise<Progress>((resolve) => {
      this.#stopped = resolve;
    });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
    if (this.#hasEnded) return Promise.resolve("ended");
    return stopped;
  }
}
