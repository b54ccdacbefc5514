/** How long the stages of one request took, for the header `Server-Timing`. */
export class Timing {
  readonly #now: () => number;
  readonly #startedAt: number;
  #last: number;
  /** Milliseconds by stage. */
  readonly #stages = new Map<string, number>();

  /** @param now Milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
    this.#last = this.#startedAt;
  }

  /** Ends a stage, which began where the stage before it ended. The times of stages of one name add up: a batch passes them many times. */
  end(stage: string): void {
    const at = this.#now();
    this.#stages.set(stage, (this.#stages.get(stage) ?? 0) + at - this.#last);
    this.#last = at;
  }

  /** Milliseconds so far. */
  total(): number {
    return this.#now() - this.#startedAt;
  }

  /** All stages and the total. */
  header(): string {
    let header = "";
    for (const [stage, ms] of this.#stages) header += `${stage};dur=${ms}, `;
    return `${header}total;dur=${this.total()}`;
  }
}
