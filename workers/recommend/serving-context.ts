import type { Serving } from "./serving.ts";

/** What the routes of serving find in their context. */
export interface ServingContext {
  Variables: {
    readonly serving: Serving;
    readonly requestId: string;
    /** Of the key, once it is accepted. */
    readonly projectId: number | undefined;
  };
}
