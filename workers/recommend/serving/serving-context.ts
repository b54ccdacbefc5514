import type { Timing } from "../http/timing.ts";
import type { Serving } from "./serving.ts";

/** The variables in the context of serving's routes. */
export interface ServingContext {
  Variables: {
    readonly serving: Serving;
    readonly requestId: string;
    /** Of the work that the request is a part of. */
    readonly correlationId: string;
    readonly timing: Timing;
    /** What the call uses, for the meter. */
    readonly metered: { keyId: number | null; readonly slots: number[]; popular: number; events: number };
    /** The route's name in `SERVING_ROUTES`. */
    readonly route: string | undefined;
    /** Of the key, once it is accepted. */
    readonly projectId: number | undefined;
    /** Origins whose pages may read the answer, if the key says so; those of the project otherwise. */
    readonly origins: readonly string[] | undefined;
  };
}
