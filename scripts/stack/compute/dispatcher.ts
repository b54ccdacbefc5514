/**
 * Stands in the place of the trainer in the stack's own process: gives each queue message to the compute processes, and ends it when
 * the work has ended. Messages do not wait for each other here, as in a deployment with many consumers; the pool lets as many run as it
 * has processes.
 */
import { type ComputeMessage, POOL_BINDING, TOKEN_HEADER } from "./names.ts";

interface DispatcherBindings {
  readonly COMPUTE_TOKEN: string;
  /** How often a message of a queue is tried. */
  readonly COMPUTE_ATTEMPTS: Readonly<Record<string, number>>;
  readonly [POOL_BINDING]: { fetch(url: string, init: RequestInit): Promise<Response> };
  readonly DEAD_LETTERS: { send(body: unknown): Promise<unknown> };
}

interface Batch {
  readonly queue: string;
  readonly messages: readonly { readonly body: unknown; ack(): void }[];
}

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

export const dispatcher = {
  async queue(batch: Batch, env: DispatcherBindings, context: Context): Promise<void> {
    for (const message of batch.messages) {
      // The queue gives out the next message when this call ends, so the work goes on after it.
      context.waitUntil(deliver(env, { queue: batch.queue, body: message.body }));
      message.ack();
    }
  },
};

/** Gives a message to the pool, again if its process dies; a message that fails each time becomes a dead letter. */
export async function deliver(env: DispatcherBindings, message: ComputeMessage): Promise<void> {
  const attempts = env.COMPUTE_ATTEMPTS[message.queue] ?? 1;
  let problem = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const response = await env[POOL_BINDING].fetch("http://pool/", {
      method: "POST",
      headers: { [TOKEN_HEADER]: env.COMPUTE_TOKEN },
      body: JSON.stringify(message),
    });
    if (response.ok) return;
    problem = await response.text();
    console.log(JSON.stringify({ level: "warn", event: "message_failed", queue: message.queue, problem }));
  }
  await env.DEAD_LETTERS.send({ ...message, problem });
}
