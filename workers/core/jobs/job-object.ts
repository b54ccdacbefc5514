/** The Durable Object of a job, as its callers see it: the trainer tells events and hears what to do, the control plane also erases it. */
export interface JobObject<Event, Reply> {
  handle(event: Event): Promise<Reply | { readonly type: "nothing" }>;
  /** Erases all that the object keeps. */
  forget(): Promise<void>;
}
