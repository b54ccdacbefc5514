import { type Call, type CallSettings, send, waitFor } from "./call.ts";
import { newId as randomId } from "./new-id.ts";
import type {
  BatchAnswer,
  BulkItem,
  CrowdQuery,
  EdgewiseEvent,
  EventsAnswer,
  Item,
  ItemState,
  ItemsAnswer,
  Recommendations,
  RecommendRequest,
  SimilarRequest,
  User,
  UserMerge,
  UserToken,
} from "./types.ts";

export interface ClientOptions {
  /** Where Edgewise runs: `https://recommend.example.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** For a browser key: the token that your server asked for, or how to get one. */
  readonly userToken?: string | (() => string | Promise<string>);
  /** Of one attempt, milliseconds; 3,000 by default. */
  readonly timeoutMs?: number;
  /** Attempts after the first; 2 by default. */
  readonly retries?: number;
  readonly fetch?: typeof fetch;
  readonly random?: () => number;
  readonly wait?: CallSettings["wait"];
  /** Names an event that has no `event_id`, so that another attempt does not count it twice. */
  readonly newId?: () => string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export type EdgewiseClient = ReturnType<typeof createClient>;

/** A client of the routes of `/v1`. Each method throws `EdgewiseError`. */
export function createClient(options: ClientOptions) {
  const settings = callSettings(options);
  const newId = options.newId ?? randomId;
  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    { signal }: CallOptions = {},
  ): Promise<T> {
    const { apiKey, userToken } = options;
    const token = typeof userToken === "function" ? await userToken() : userToken;
    const headers = { "X-API-Key": apiKey, ...(token === undefined ? {} : { "X-User-Token": token }) };
    return send<T>(settings, { method, path, headers, body, signal } satisfies Call);
  }
  return {
    recommend: (request: RecommendRequest, how?: CallOptions) =>
      call<Recommendations>("POST", "/v1/recommend", request, how),
    similar: (request: SimilarRequest, how?: CallOptions) =>
      call<Recommendations>("POST", "/v1/similar", request, how),
    /** At most 100 requests; one answer each, in their order. */
    batch: (requests: readonly (RecommendRequest | SimilarRequest)[], how?: CallOptions) =>
      call<BatchAnswer>("POST", "/v1/batch", { requests }, how),
    popular: (query: CrowdQuery = {}, how?: CallOptions) =>
      call<Recommendations>("GET", `/v1/popular${search(query)}`, undefined, how),
    trending: (query: CrowdQuery = {}, how?: CallOptions) =>
      call<Recommendations>("GET", `/v1/trending${search(query)}`, undefined, how),
    /** At most 1,000 events. With `atomic`, all or none. A rejected event is named in `errors`. */
    sendEvents: (
      events: readonly EdgewiseEvent[],
      { atomic = false, ...how }: CallOptions & { readonly atomic?: boolean } = {},
    ) => {
      const named = events.map((event) => ({ ...event, event_id: event.event_id ?? newId() }));
      return call<EventsAnswer>("POST", `/v1/events${search({ atomic: atomic || undefined })}`, named, how);
    },
    /** Lets the page of one user act for this user. `ttl` in seconds, an hour by default. For servers alone. */
    createUserToken: (request: { readonly user_id: string; readonly ttl?: number }, how?: CallOptions) =>
      call<UserToken>("POST", "/v1/user_tokens", request, how),
    /** Two users who are one, such as a visitor who logged in. The key needs the scope `write`. */
    mergeUsers: (users: { readonly from: string; readonly to: string }, how?: CallOptions) =>
      call<UserMerge>("POST", "/v1/users/merge", users, how),
    /** Begins to erase a user from events, files and models. The key needs the scope `write`. */
    deleteUser: (id: string, how?: CallOptions) =>
      call<{ readonly id: number }>("DELETE", userPath(id), undefined, how),
    /** Writes the properties of a user as a whole. The key needs the scope `items`. */
    putUser: (id: string, user: Pick<User, "properties">, how?: CallOptions) =>
      call<User>("PUT", userPath(id), user, how),
    /** Changes the given properties; null removes one. */
    patchUser: (id: string, changes: Pick<User, "properties">, how?: CallOptions) =>
      call<User>("PATCH", userPath(id), changes, how),
    getUser: (id: string, how?: CallOptions) => call<User>("GET", userPath(id), undefined, how),
    /** At most 1,000 items. With `atomic`, all or none. A rejected item is named in `errors`. */
    writeItems: (
      items: readonly BulkItem[],
      {
        mode,
        atomic,
        ...how
      }: CallOptions & { readonly mode?: "replace" | "merge"; readonly atomic?: boolean } = {},
    ) => call<ItemsAnswer>("POST", `/v1/items${search({ mode, atomic })}`, items, how),
    putItem: (id: string, item: ItemState & Pick<Item, "properties">, how?: CallOptions) =>
      call<Item>("PUT", itemPath(id), item, how),
    /** Changes the given properties; null removes one. */
    patchItem: (id: string, changes: ItemState, how?: CallOptions) =>
      call<Item>("PATCH", itemPath(id), changes, how),
    getItem: (id: string, how?: CallOptions) => call<Item>("GET", itemPath(id), undefined, how),
    deleteItem: (id: string, how?: CallOptions) =>
      call<{ item_id: string; deleted: true }>("DELETE", itemPath(id), undefined, how),
  };
}

const userPath = (id: string) => `/v1/users/${encodeURIComponent(id)}`;
const itemPath = (id: string) => `/v1/items/${encodeURIComponent(id)}`;

function callSettings({ url, timeoutMs = 3_000, retries = 2, ...effects }: ClientOptions): CallSettings {
  return {
    url: url.replace(/\/+$/, ""),
    timeoutMs,
    retries,
    // A browser's fetch works only as a method of its window.
    fetch: effects.fetch ?? ((...request) => globalThis.fetch(...request)),
    random: effects.random ?? Math.random,
    wait: effects.wait ?? waitFor,
  };
}

function search(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}
