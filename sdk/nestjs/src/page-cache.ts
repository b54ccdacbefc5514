/** Pages by their key, those that were used longest ago leave first. */

interface Entry<Page> {
  readonly page: Page;
  /** Milliseconds. */
  readonly storedAt: number;
}

export interface CacheLimits {
  /** How long a page is fresh, milliseconds. */
  readonly freshMs: number;
  /** How long a page is kept for when Edgewise does not answer, milliseconds from its storing. */
  readonly staleMs: number;
  readonly maxPages: number;
}

export class PageCache<Page> {
  readonly #limits: CacheLimits;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<Page>>();

  constructor(limits: CacheLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Null without a fresh page. */
  fresh(key: string): Page | null {
    return this.#youngerThan(this.#limits.freshMs, key);
  }

  /** The same for a page that may be old. */
  stale(key: string): Page | null {
    return this.#youngerThan(Math.max(this.#limits.freshMs, this.#limits.staleMs), key);
  }

  put(key: string, page: Page): void {
    this.#entries.delete(key);
    this.#entries.set(key, { page, storedAt: this.#now() });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#limits.maxPages && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** Drops the pages of keys. */
  forget(isDropped: (key: string) => boolean): void {
    for (const key of [...this.#entries.keys()]) if (isDropped(key)) this.#entries.delete(key);
  }

  #youngerThan(ms: number, key: string): Page | null {
    const entry = this.#entries.get(key);
    if (!entry || this.#now() - entry.storedAt >= ms) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.page;
  }
}
