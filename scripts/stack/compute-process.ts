import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { ComputeProcess } from "./compute/compute-pool.ts";
import { PLACE_HEADER, TOKEN_HEADER } from "./compute/names.ts";
import type { Runtime } from "./runtime.ts";

/** A compute process that runs. Its entrypoint listens at the port. */
export function computeProcess(
  { ended, end }: Runtime,
  { port, place, token }: { readonly port: number; readonly place: number; readonly token: string },
): ComputeProcess {
  return {
    ended,
    end,
    work: (message) =>
      new Promise((done, failed) => {
        const call = request(
          {
            host: "127.0.0.1",
            port,
            method: "POST",
            agent: false,
            headers: { [TOKEN_HEADER]: token, [PLACE_HEADER]: place },
          },
          (response) => {
            text(response).then((reason) => {
              const isDone = response.statusCode === 204;
              done(isDone ? null : reason || `The compute process answered ${response.statusCode}.`);
            }, failed);
          },
        );
        // The connection breaks when the process dies.
        call.once("error", ({ message: reason }) =>
          failed(new Error(`The compute process ended. ${reason}`)),
        );
        call.end(message);
      }),
  };
}
