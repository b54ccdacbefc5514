/** The `k` most similar sessions of those offered, the newer of equals: a heap with the least of them on top. */
export class BestSessions {
  readonly #sessions: Uint32Array;
  readonly #similarities: Float32Array;
  #count = 0;

  constructor(k: number) {
    this.#sessions = new Uint32Array(k);
    this.#similarities = new Float32Array(k);
  }

  offer(session: number, similarity: number): void {
    if (!(similarity > 0)) return;
    if (this.#count < this.#sessions.length) {
      this.#set(this.#count, session, similarity);
      this.#rise(this.#count++);
    } else if (
      this.#count > 0 &&
      this.#isLess(this.#sessions[0] as number, this.#similarities[0] as number, session, similarity)
    ) {
      this.#set(0, session, similarity);
      this.#sink();
    }
  }

  /** What a session must have to come in; 0 as long as any may. */
  get bar(): number {
    return this.#count < this.#sessions.length ? 0 : (this.#similarities[0] as number);
  }

  /** In no order. */
  each(visit: (session: number, similarity: number) => void): void {
    for (let at = 0; at < this.#count; at++)
      visit(this.#sessions[at] as number, this.#similarities[at] as number);
  }

  #set(at: number, session: number, similarity: number): void {
    this.#sessions[at] = session;
    this.#similarities[at] = similarity;
  }

  #isLess(session: number, similarity: number, other: number, otherSimilarity: number): boolean {
    return similarity < otherSimilarity || (similarity === otherSimilarity && session < other);
  }

  #isLessAt(one: number, other: number): boolean {
    const [sessions, similarities] = [this.#sessions, this.#similarities];
    return this.#isLess(
      sessions[one] as number,
      similarities[one] as number,
      sessions[other] as number,
      similarities[other] as number,
    );
  }

  #rise(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isLessAt(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.#count && this.#isLessAt(child, least)) least = child;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(one: number, other: number): void {
    const session = this.#sessions[one] as number;
    const similarity = this.#similarities[one] as number;
    this.#set(one, this.#sessions[other] as number, this.#similarities[other] as number);
    this.#set(other, session, similarity);
  }
}
