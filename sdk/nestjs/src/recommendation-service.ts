/** Pages of recommended posts from Edgewise: cached for a while, old ones while Edgewise does not answer. */
import { type Call, type CallSettings, send, waitFor } from "../../src/call.ts";
import { EdgewiseError, isWorthRepeating } from "../../src/edgewise-error.ts";
import { CORRELATION_HEADER, cleaned, currentCorrelationId } from "./correlation-ids.ts";
import { Figures, type Outcome } from "./figures.ts";
import { PageCache } from "./page-cache.ts";
import { emptyPage, type Health, type ModelStatus, type RecommendationPage, type Reload } from "./pages.ts";

export interface RecommendationOptions {
  /** `https://recommend.example.com/kpop`. */
  readonly url: string;
  /** Of a server, with the scope `predict`. Without it the address has it: `…/kpop/k/KEY`. */
  readonly apiKey?: string;
  /** Of one attempt, milliseconds; 5,000 by default. */
  readonly timeoutMs?: number;
  /** Attempts after the first; 2 by default. Their pauses grow and are random. */
  readonly retries?: number;
  /** How long a page is used without asking, milliseconds; five minutes by default, 0 for no cache. */
  readonly cacheMs?: number;
  /** How long a page is used while Edgewise does not answer, milliseconds; a day by default. */
  readonly staleMs?: number;
  /** 10,000 by default. */
  readonly maxCachedPages?: number;
  readonly fetch?: typeof fetch;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly wait?: CallSettings["wait"];
  /** Milliseconds. */
  readonly now?: () => number;
}

export interface PageQuery {
  /** From 1 to 100; 20 by default. */
  readonly limit?: number;
  /** 0 by default. */
  readonly offset?: number;
  readonly signal?: AbortSignal;
}

/** Edgewise does not answer, and there is no page from before. Nest answers with its status. */
export class RecommendationsUnavailable extends Error {
  readonly statusCode = 503;

  constructor(cause: EdgewiseError) {
    super("Recommendations are not available at the moment", { cause });
    this.name = "RecommendationsUnavailable";
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const USUAL_LIMIT = 20;

export class RecommendationService {
  readonly #settings: CallSettings;
  readonly #apiKey: string | undefined;
  readonly #now: () => number;
  readonly #cache: PageCache<RecommendationPage>;
  readonly #figures = new Figures();
  /** Pages that are asked for now, so that equal questions are one call. */
  readonly #asked = new Map<string, Promise<RecommendationPage>>();

  /** Throws `TypeError` for an option that cannot be used. */
  constructor(options: RecommendationOptions) {
    const {
      timeoutMs = 5_000,
      retries = 2,
      wait = waitFor,
      cacheMs = 5 * MINUTE_MS,
      staleMs = DAY_MS,
    } = options;
    const {
      maxCachedPages = 10_000,
      now = Date.now,
      random = Math.random,
      fetch = globalThis.fetch,
    } = options;
    requireAddress(options.url);
    for (const [name, value] of Object.entries({ timeoutMs, retries, cacheMs, staleMs, maxCachedPages })) {
      if (!(value >= 0)) throw new TypeError(`${name} is ${value}, and must be a number from 0`);
    }
    this.#apiKey = options.apiKey;
    this.#now = now;
    this.#cache = new PageCache({ freshMs: cacheMs, staleMs, maxPages: maxCachedPages }, now);
    this.#settings = {
      ...{ url: options.url.replace(/\/+$/, ""), timeoutMs, retries, random },
      fetch: (input, init) => fetch(input, init),
      wait: (ms, signal) => {
        this.#figures.retry();
        return wait(ms, signal);
      },
    };
  }

  /**
   * A page of a person's recommendations; an empty one for an unknown person. Throws `RecommendationsUnavailable` when Edgewise does not
   * answer and there is no page from before, and `EdgewiseError` when the call is wrong: a key that is refused, a bad limit.
   */
  async recommendations(userId: string, query: PageQuery = {}): Promise<RecommendationPage> {
    const { limit = USUAL_LIMIT, offset = 0, signal } = query;
    signal?.throwIfAborted();
    const key = JSON.stringify([userId, limit, offset]);
    const known = this.#cache.fresh(key);
    if (known) {
      this.#figures.page("cache");
      return known;
    }
    // A caller's own signal must not end the call of others.
    if (signal) return this.#ask(key, userId, { limit, offset, signal });
    const asked = this.#asked.get(key);
    if (asked) return asked;
    const asking = this.#ask(key, userId, { limit, offset }).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  /** Drops the pages of a person, after they did something. */
  forget(userId: string): void {
    const start = `${JSON.stringify([userId]).slice(0, -1)},`;
    this.#cache.forget((key) => key.startsWith(start));
  }

  health(): Promise<Health> {
    return this.#send("GET", "/health");
  }

  /** As Terminus wants it: throws nothing, and says `down` for what is unhealthy or does not answer. */
  async indicate(name = "edgewise"): Promise<Record<string, { status: "up" | "down"; message?: string }>> {
    try {
      const { status } = await this.health();
      return { [name]: status === "unhealthy" ? { status: "down", message: status } : { status: "up" } };
    } catch (error) {
      if (!(error instanceof EdgewiseError)) throw error;
      return { [name]: { status: "down", message: error.message } };
    }
  }

  modelStatus(): Promise<ModelStatus> {
    return this.#send("GET", "/admin/model-status");
  }

  /** Edgewise serves new models within seconds anyway. */
  reloadModel(): Promise<Reload> {
    return this.#send("POST", "/admin/reload-model");
  }

  /** For a route that Prometheus reads: `text/plain; version=0.0.4`. */
  metrics(): string {
    return this.#figures.text(this.#cache.size);
  }

  async #ask(
    key: string,
    userId: string,
    { limit, offset, signal }: Required<Pick<PageQuery, "limit" | "offset">> & PageQuery,
  ): Promise<RecommendationPage> {
    const fields = new URLSearchParams({ limit: String(limit), offset: String(offset) });
    const path = `/recommendations/${encodeURIComponent(whole(userId))}?${fields}`;
    try {
      const page = await this.#send<RecommendationPage>("GET", path, signal);
      requirePage(page, path);
      this.#cache.put(key, page);
      this.#figures.page("edgewise");
      return page;
    } catch (error) {
      if (isUnknownUser(error)) {
        this.#figures.page("empty");
        return emptyPage(userId, limit, offset);
      }
      if (!isWorthRepeating(error)) throw error;
      const old = this.#cache.stale(key);
      if (!old) throw new RecommendationsUnavailable(error as EdgewiseError);
      this.#figures.page("stale");
      return old;
    }
  }

  async #send<Answer>(method: string, path: string, signal?: AbortSignal): Promise<Answer> {
    const id = cleaned(currentCorrelationId() ?? "");
    const headers = {
      ...(this.#apiKey === undefined ? {} : { "X-API-Key": this.#apiKey }),
      ...(id === "" ? {} : { [CORRELATION_HEADER]: id }),
    };
    const begun = this.#now();
    const note = (outcome: Outcome) => this.#figures.call(outcome, this.#now() - begun);
    const call: Call = { method, path, headers, signal };
    try {
      const answer = await send<Answer>(this.#settings, call);
      note("ok");
      return answer;
    } catch (error) {
      if (isUnknownUser(error)) note("unknown_user");
      else note(isWorthRepeating(error) ? "failed" : "refused");
      throw error;
    }
  }
}

/** Half of a surrogate pair cannot be sent: U+FFFD takes its place. */
function whole(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

/** Throws for an answer of another address, which `..` as an id leads to. */
function requirePage(page: RecommendationPage, path: string): void {
  if (Array.isArray(page?.recommendations)) return;
  throw new EdgewiseError(`GET ${path} was answered with something that is no page`, {
    status: 200,
    body: page,
  });
}

/** A 404 of another address, such as a wrong base, is a mistake and no unknown person. */
function isUnknownUser(error: unknown): boolean {
  if (!(error instanceof EdgewiseError) || error.status !== 404) return false;
  const { detail } = (error.body ?? {}) as { detail?: { error_code?: unknown } };
  return detail?.error_code === "USER_NOT_FOUND";
}

function requireAddress(url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new TypeError(`url is "${url}", and must be an address such as https://recommend.example.com/kpop`);
  }
}
