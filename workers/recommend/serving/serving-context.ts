import type { Timing } from "../http/timing.ts";
import type { Serving } from "./serving.ts";

/** The variables in the context of serving's routes. */
export interface ServingContext {
  Variables: {
    readonly serving: Serving;
    readonly requestId: string;
    readonly timing: Timing;
    /** Of the key, once it is accepted. */
    readonly projectId: number | undefined;
  };
}
