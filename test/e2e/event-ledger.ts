/** What a sender of events knows of its own events, to compare the platform with. */

export const LEDGER_USERS = 20_000;
/** With two types these are fewer entries than serving reads of each object's counts. */
export const LEDGER_ITEMS = 200;
/** Types that weigh 1. */
const TYPES = ["view", "click"] as const;

export interface LedgerEvent {
  readonly type: string;
  readonly user_id: string;
  readonly item_id: string;
  readonly event_id: string;
}

export class EventLedger {
  readonly #pairs = new Uint32Array(LEDGER_USERS * LEDGER_ITEMS);
  readonly #sent: Uint8Array;
  #size = 0;

  /** @param events How many events there will be. */
  constructor(events: number) {
    this.#sent = new Uint8Array(events);
  }

  /** Events that were answered. */
  get size(): number {
    return this.#size;
  }

  /** Different pairs of a user and an item. */
  get pairs(): number {
    return this.#pairs.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  }

  get users(): number {
    let users = 0;
    for (let user = 0; user < LEDGER_USERS; user++) {
      const from = user * LEDGER_ITEMS;
      if (this.#pairs.subarray(from, from + LEDGER_ITEMS).some((count) => count > 0)) users++;
    }
    return users;
  }

  /** The same event for the same number, always. */
  event(number: number): LedgerEvent {
    const { user, item } = pairOf(number);
    const type = TYPES[number % TYPES.length] as string;
    return { type, user_id: `u${user}`, item_id: `i${item}`, event_id: `e${number}` };
  }

  note(number: number): void {
    const { user, item } = pairOf(number);
    const at = user * LEDGER_ITEMS + item;
    this.#pairs[at] = (this.#pairs[at] ?? 0) + 1;
    this.#sent[number] = 1;
    this.#size++;
  }

  ofItem(item: number): number {
    let sum = 0;
    for (let user = 0; user < LEDGER_USERS; user++) sum += this.#pairs[user * LEDGER_ITEMS + item] ?? 0;
    return sum;
  }

  /** Compares events that are found, one by one, by their ids. */
  checkIds() {
    const found = new Uint8Array(this.#sent.length);
    const problems = { twice: 0, unknown: 0 };
    return {
      note: (id: string) => {
        const number = Number(id.slice(1));
        if (this.#sent[number] !== 1) problems.unknown++;
        else if (found[number] === 1) problems.twice++;
        found[number] = 1;
      },
      result: () => {
        const isLost = (sent: number, number: number) => sent === 1 && found[number] !== 1;
        return { ...problems, lost: this.#sent.filter(isLost).length };
      },
    };
  }

  /** Compares how often each pair is found. */
  checkPairs() {
    const found = new Uint32Array(this.#pairs.length);
    return {
      note: (userId: string, itemId: string) => {
        const at = Number(userId.slice(1)) * LEDGER_ITEMS + Number(itemId.slice(1));
        found[at] = (found[at] ?? 0) + 1;
      },
      /** Pairs whose number differs. */
      result: () => found.filter((count, at) => count !== this.#pairs[at]).length,
    };
  }
}

function pairOf(number: number): { readonly user: number; readonly item: number } {
  const noise = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  const more = Math.imul(noise ^ (noise >>> 15), 0x85ebca6b) >>> 0;
  return { user: noise % LEDGER_USERS, item: more % LEDGER_ITEMS };
}
