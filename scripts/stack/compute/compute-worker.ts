/** A compute process: the trainer as it is deployed, with bindings that lead to the stores of the stack's own process. */
import { toHeader } from "./bucket-call.ts";
import { letGo } from "./let-go.ts";
import {
  CALL_HEADER,
  type ComputeMessage,
  type LentBindings,
  PLACE_HEADER,
  type ProcessUse,
  STORES_BINDING,
  TOKEN_HEADER,
} from "./names.ts";
import { remoteBucket } from "./remote-bucket.ts";

interface Stores {
  fetch(url: string, init: RequestInit): Promise<Response>;
  handle(token: string, binding: string, name: string, event: unknown): Promise<unknown>;
  send(token: string, binding: string, body: unknown): Promise<void>;
  processUse(token: string, place: string): Promise<ProcessUse | null>;
}

type ComputeBindings = {
  readonly COMPUTE_TOKEN: string;
  readonly COMPUTE_LENT: LentBindings;
} & { readonly [STORES_BINDING]: Stores } & Readonly<Record<string, unknown>>;

/** The handler of the trainer's queues. */
interface Trainer {
  queue(batch: Batch, env: unknown): Promise<void>;
}

interface Batch {
  readonly queue: string;
  readonly messages: readonly { readonly body: unknown; ack(): void }[];
}

/** Does the work of one message, and answers 204 when it is done. Another status has the reason as its body. */
export function workOf(trainer: Trainer) {
  let lent: Readonly<Record<string, unknown>> | null = null;
  return {
    async fetch(request: Request, env: ComputeBindings): Promise<Response> {
      if (request.headers.get(TOKEN_HEADER) !== env.COMPUTE_TOKEN) return new Response(null, { status: 403 });
      lent ??= withLent(env, request.headers.get(PLACE_HEADER) ?? "");
      const { queue, body } = (await request.json()) as ComputeMessage;
      try {
        await trainer.queue({ queue, messages: [{ body, ack: () => undefined }] }, lent);
        return new Response(null, { status: 204 });
      } catch (error) {
        return new Response((error as Error).stack ?? String(error), { status: 500 });
      }
    },
  };
}

/** The bindings of the trainer: its own settings, and what the stack's own process lends. */
function withLent(env: ComputeBindings, place: string): Readonly<Record<string, unknown>> {
  const { buckets, objects, queues } = env.COMPUTE_LENT;
  const token = env.COMPUTE_TOKEN;
  const stores = env[STORES_BINDING];
  const bucketOf = (bucket: string) =>
    remoteBucket(async (call, body) => {
      const headers = { [TOKEN_HEADER]: token, [CALL_HEADER]: toHeader({ ...call, bucket }) };
      const init =
        body === undefined
          ? { headers }
          : { headers, method: "PUT", body: body as NonNullable<RequestInit["body"]> };
      const response = await stores.fetch("http://stores/", init);
      if (response.ok || response.status === 404) return response;
      throw new Error(`The store answered ${response.status}: ${await response.text()}`);
    });
  const jobsOf = (binding: string) => ({
    idFromName: (name: string) => name,
    get: (name: string) => ({
      handle: async (event: unknown) => letGo(await stores.handle(token, binding, name, event)),
    }),
  });
  const producerOf = (binding: string) => ({ send: (body: unknown) => stores.send(token, binding, body) });
  const named = (names: readonly string[], bindingOf: (name: string) => unknown) =>
    Object.fromEntries(names.map((name) => [name, bindingOf(name)]));
  const METER = { processUse: async () => letGo(await stores.processUse(token, place)) };
  return {
    ...env,
    METER,
    ...named(buckets, bucketOf),
    ...named(objects, jobsOf),
    ...named(queues, producerOf),
  };
}
