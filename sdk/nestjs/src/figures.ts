/** Figures of the calls, as Prometheus reads them (text format 0.0.4). */

/** Where a page came from. `empty`: the person is unknown. */
export const PAGE_SOURCES = ["edgewise", "cache", "stale", "empty"] as const;
export type PageSource = (typeof PAGE_SOURCES)[number];

/** How a call of Edgewise ended. `refused`: the call itself is wrong. `failed`: it may succeed later. */
export const OUTCOMES = ["ok", "unknown_user", "refused", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

const BOUNDS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Figures {
  readonly #pages = new Map<PageSource, number>(PAGE_SOURCES.map((source) => [source, 0]));
  readonly #calls = new Map<Outcome, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  /** Calls that took at most each bound. */
  readonly #within = BOUNDS_S.map(() => 0);
  #seconds = 0;
  #retries = 0;

  page(source: PageSource): void {
    this.#pages.set(source, (this.#pages.get(source) ?? 0) + 1);
  }

  /** @param ms How long the call took with its retries. */
  call(outcome: Outcome, ms: number): void {
    this.#calls.set(outcome, (this.#calls.get(outcome) ?? 0) + 1);
    const seconds = ms / 1000;
    this.#seconds += seconds;
    for (const [at, bound] of BOUNDS_S.entries()) {
      if (seconds <= bound) this.#within[at] = (this.#within[at] ?? 0) + 1;
    }
  }

  retry(): void {
    this.#retries += 1;
  }

  /** @param cachedPages How many pages the cache has. */
  text(cachedPages: number): string {
    const count = [...this.#calls.values()].reduce((sum, calls) => sum + calls, 0);
    return [
      ...head("edgewise_client_pages_total", "counter", "Pages by where they came from."),
      ...Array.from(this.#pages, ([source, n]) => `edgewise_client_pages_total{source="${source}"} ${n}`),
      ...head("edgewise_client_calls_total", "counter", "Calls of Edgewise by how they ended."),
      ...Array.from(this.#calls, ([outcome, n]) => `edgewise_client_calls_total{outcome="${outcome}"} ${n}`),
      ...head("edgewise_client_retries_total", "counter", "Attempts after the first."),
      `edgewise_client_retries_total ${this.#retries}`,
      ...head("edgewise_client_cached_pages", "gauge", "Pages in the cache."),
      `edgewise_client_cached_pages ${cachedPages}`,
      ...head("edgewise_client_call_seconds", "histogram", "Duration of calls, with their retries."),
      ...BOUNDS_S.map((le, at) => `edgewise_client_call_seconds_bucket{le="${le}"} ${this.#within[at]}`),
      `edgewise_client_call_seconds_bucket{le="+Inf"} ${count}`,
      `edgewise_client_call_seconds_sum ${this.#seconds}`,
      `edgewise_client_call_seconds_count ${count}`,
      "",
    ].join("\n");
  }
}

const head = (name: string, type: string, help: string) => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];
