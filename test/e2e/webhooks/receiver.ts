/** A server on this machine that calls of webhooks go to, and that answers by path as a test says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Answer = (response: ServerResponse, received: Received) => void;

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** All calls, in order. */
  readonly received: readonly Received[];
  at(path: string): readonly Received[];
  /** Paths without an answer of their own get 200. */
  answer(path: string, answer: Answer): void;
  stop(): Promise<void>;
}

/** @param port 0: any free one. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer(async (request, response) => {
    const call = { path: request.url ?? "", headers: headersOf(request), body: await bodyOf(request) };
    received.push(call);
    const answer = answers.get(call.path);
    if (answer) answer(response, call);
    else response.end("thanks");
  });
  const bound = await listening(server, port);
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    received,
    at: (path) => received.filter((call) => call.path === path),
    answer: (path, answer) => answers.set(path, answer),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((found, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      found(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
