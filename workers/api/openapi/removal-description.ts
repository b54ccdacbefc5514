import { movedResponse } from "#contract/deployment.ts";
import type { Description } from "./description.ts";
import { QUERY } from "./query-parameters.ts";

/** For a deletion that may take a live model: refused with 409 if no other model can serve, unless `stop_serving` allows it. */
export function removalOf(what: string): Description {
  return {
    summary: `Delete ${what}; with stop_serving, even if the project then has no model to answer with`,
    query: QUERY.removal,
    status: 204,
    otherwise: { when: "Done; a live version was deleted, and another one serves", answer: movedResponse },
  };
}
