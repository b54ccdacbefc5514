/**
 * The Durable Object of a job for its callers: the trainer reports events and gets instructions, the control plane also erases
 * it.
 */
export interface JobObject<Event, Reply> {
  handle(event: Event): Promise<Reply | { readonly type: "nothing" }>;
  /** Erases all data of the object. */
  forget(): Promise<void>;
}
