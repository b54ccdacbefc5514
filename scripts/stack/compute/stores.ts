/**
 * In the stack's own process: lends the trainer's stores to the compute processes. Bytes of buckets come by HTTP, events of jobs by calls
 * of the runtime, which keep numbers that JSON has not.
 */
import type { BucketCall } from "./bucket-call.ts";
import { fromHeader } from "./bucket-call.ts";
import { answerBucket, type LentBucket } from "./bucket-server.ts";
import { letGo } from "./let-go.ts";
import { CALL_HEADER, POOL_BINDING, type ProcessUse, TOKEN_HEADER, USE_PATH } from "./names.ts";

interface JobNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { handle(event: unknown): Promise<unknown> };
}

interface Producer {
  send(body: unknown): Promise<unknown>;
}

type StoresBindings = { readonly COMPUTE_TOKEN: string } & Readonly<
  Record<string, LentBucket | JobNamespace | Producer | Pool | string>
>;

/** The process that keeps the stack. */
interface Pool {
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** The runtime's class of entrypoints. */
type Entrypoint = new (...args: never[]) => object;

/** The class of the entrypoint. Every call carries the token of this stack. */
export function storesOf(WorkerEntrypoint: Entrypoint): Entrypoint {
  return class Stores extends WorkerEntrypoint {
    declare readonly env: StoresBindings;

    /** A call of a bucket. */
    async fetch(request: Request): Promise<Response> {
      if (request.headers.get(TOKEN_HEADER) !== this.env.COMPUTE_TOKEN)
        return new Response(null, { status: 403 });
      const call = fromHeader(request.headers.get(CALL_HEADER) ?? "") as BucketCall;
      try {
        return await answerBucket(this.#lent<LentBucket>(call.bucket), call, request.body);
      } catch (error) {
        return new Response((error as Error).message, { status: 500 });
      }
    }

    /** An event for the Durable Object of a job; resolves with its reply. */
    async handle(token: string, binding: string, name: string, event: unknown): Promise<unknown> {
      this.#check(token);
      const jobs = this.#lent<JobNamespace>(binding);
      return letGo(await jobs.get(jobs.idFromName(name)).handle(event));
    }

    async send(token: string, binding: string, body: unknown): Promise<void> {
      this.#check(token);
      await this.#lent<Producer>(binding).send(body);
    }

    /** What the compute process at a place took for its message so far; null where that is not known. */
    async processUse(token: string, place: string): Promise<ProcessUse | null> {
      this.#check(token);
      const pool = this.#lent<Pool>(POOL_BINDING);
      const response = await pool.fetch(`http://pool${USE_PATH}${place}`, {
        headers: { [TOKEN_HEADER]: token },
      });
      if (!response.ok) throw new Error(`The pool answered ${response.status}.`);
      return (await response.json()) as ProcessUse | null;
    }

    #check(token: string): void {
      if (token !== this.env.COMPUTE_TOKEN) throw new Error("The token is not the one of this stack.");
    }

    #lent<Binding>(name: string): Binding {
      return this.env[name] as Binding;
    }
  };
}
