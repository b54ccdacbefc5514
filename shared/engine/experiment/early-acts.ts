/** A list is stored once its answer is out, and a quick click overtakes it: the list comes within seconds. */
const WAIT_MS = 60_000;
const MOST_WAITING = 10_000;

interface Waiting<Act> {
  readonly act: Act;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** As JSON keeps it. */
export type StoredActs<Act> = readonly (readonly [list: string, waiting: readonly Waiting<Act>[]])[];

/** What people did with lists that are not in the log yet, by list. They wait a minute, and the oldest leave where there are too many. */
export class EarlyActs<Act> {
  /** In the order in which their first acts came. */
  readonly #byList: Map<string, Waiting<Act>[]>;
  #count = 0;

  constructor(stored: StoredActs<Act> = []) {
    this.#byList = new Map(stored.map(([list, waiting]) => [list, [...waiting]]));
    for (const [, waiting] of stored) this.#count += waiting.length;
  }

  /** @param list Names a list of one person. */
  hold(list: string, act: Act, since: number): void {
    const waiting = this.#byList.get(list);
    if (waiting) waiting.push({ act, since });
    else this.#byList.set(list, [{ act, since }]);
    this.#count++;
  }

  /** Those of a list that has come; they wait no longer. */
  take(list: string): Act[] {
    const waiting = this.#byList.get(list);
    if (!waiting) return [];
    this.#byList.delete(list);
    this.#count -= waiting.length;
    return waiting.map(({ act }) => act);
  }

  /** Those whose lists did not come in time; they wait no longer. @param now Epoch milliseconds of the log. */
  *overdue(now: number): Generator<Act> {
    for (const [list, [first]] of this.#byList) {
      const isLate = first !== undefined && now - first.since > WAIT_MS;
      if (!isLate && this.#count <= MOST_WAITING) return;
      yield* this.take(list);
    }
  }

  toStored(): StoredActs<Act> {
    return [...this.#byList];
  }
}
