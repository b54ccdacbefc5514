/** The id of the work that a request is a part of: taken from the caller, answered, and passed on to Edgewise. */
import { AsyncLocalStorage } from "node:async_hooks";
import { newId } from "../../src/new-id.ts";

export const CORRELATION_HEADER = "x-correlation-id";

const MAX_LENGTH = 128;
/** All but visible ASCII: a header may hold nothing else. */
const NOT_VISIBLE = /[^\x21-\x7e]/g;

const current = new AsyncLocalStorage<string>();

interface IncomingRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

interface OutgoingResponse {
  setHeader(name: string, value: string): unknown;
}

/** The id of the work that runs now; undefined outside of a request. */
export function currentCorrelationId(): string | undefined {
  return current.getStore();
}

/** Runs work under an id. */
export function withCorrelationId<Result>(id: string, work: () => Result): Result {
  return current.run(id, work);
}

/** A middleware for `app.use(…)`: keeps the caller's id, cleaned, or makes one, and gives it back in the answer. */
export function correlationIds(makeId: () => string = newId) {
  return (request: IncomingRequest, response: OutgoingResponse, next: () => void): void => {
    const [given] = [request.headers[CORRELATION_HEADER]].flat();
    const id = cleaned(given ?? "") || makeId();
    response.setHeader(CORRELATION_HEADER, id);
    current.run(id, next);
  };
}

/** What of an id a header may hold; empty if nothing is left. */
export function cleaned(id: string): string {
  return id.replace(NOT_VISIBLE, "").slice(0, MAX_LENGTH);
}
