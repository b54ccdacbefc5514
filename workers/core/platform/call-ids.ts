/** The ids by which a request is found in logs: its own, and that of the larger piece of work that it is a part of. */

export interface CallIds {
  /** Of this request alone. */
  readonly requestId: string;
  /** Of all requests that belong together, as their first sender says; that of the request where nobody says one. */
  readonly correlationId: string;
}

/** What the headers `X-Request-ID` and `X-Correlation-ID` say; undefined or null where a request has none. */
export interface GivenIds {
  readonly request: string | null | undefined;
  readonly correlation: string | null | undefined;
}

const MAX_LENGTH = 128;
const USABLE_ID = /^[\w.:-]{1,128}$/;
/** Letters, digits and what ids of tracing systems and base64 have: nothing that ends a line or a field of a log. */
const UNUSABLE_CHARACTERS = /[^\w.:/+=@-]/g;

/**
 * A caller's own request id is kept, and an odd one replaced: events are joined to answers by it. An odd correlation id is cleaned and
 * cut to 128 characters: the caller still finds it.
 */
export function callIdsOf({ request, correlation }: GivenIds, newId: () => string): CallIds {
  const requestId = request && USABLE_ID.test(request) ? request : newId();
  const cleaned = (correlation ?? "").replace(UNUSABLE_CHARACTERS, "").slice(0, MAX_LENGTH);
  return { requestId, correlationId: cleaned === "" ? requestId : cleaned };
}
