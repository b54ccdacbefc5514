/** How long the stages of one request took, for the header `Server-Timing`. */
export class Timing {
  readonly #now: () => number;
  readonly #startedAt: number;
  #last: number;
  #header = "";

  /** @param now Milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
    this.#last = this.#startedAt;
  }

  /** Ends a stage, which began where the stage before it ended. */
  end(stage: string): void {
    const at = this.#now();
    this.#header += `${stage};dur=${at - this.#last}, `;
    this.#last = at;
  }

  /** All stages and the total. */
  header(): string {
    return `${this.#header}total;dur=${this.#now() - this.#startedAt}`;
  }
}
