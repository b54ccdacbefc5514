/** A caller on one kept-alive connection that reads just enough of HTTP/1.1: Node's own client costs more than the answer. */
import { connect, type Socket } from "node:net";

export interface HttpCaller {
  /** Sends a request and resolves with its status and body. One at a time. */
  send(request: Buffer): Promise<{ readonly status: number; readonly body: string }>;
  close(): void;
}

export function requestBytes(method: string, path: string, key: string, body?: unknown): Buffer {
  const text = body === undefined ? "" : JSON.stringify(body);
  const head = [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    `X-API-Key: ${key}`,
    ...(text === "" ? [] : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`]),
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${text}`);
}

export async function openCaller(port: number): Promise<HttpCaller> {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise<void>((done, failed) => socket.once("connect", done).once("error", failed));
  let received = "";
  let waiting: ((text: string) => void) | null = null;
  let fail: ((error: Error) => void) | null = null;
  socket.setEncoding("latin1");
  socket.on("data", (piece: string) => {
    received += piece;
    if (!isComplete(received)) return;
    const text = received;
    received = "";
    waiting?.(text);
  });
  socket.on("close", () => fail?.(new Error("The connection was closed.")));
  return {
    send(request) {
      socket.write(request);
      return new Promise((done, failed) => {
        fail = failed;
        waiting = (text) => {
          const end = text.indexOf("\r\n\r\n");
          done({ status: Number(text.slice(9, 12)), body: text.slice(end + 4) });
        };
      });
    },
    close: () => {
      fail = null;
      socket.destroy();
    },
  };
}

function isComplete(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end));
  return length ? text.length >= end + 4 + Number(length[1]) : text.endsWith("\r\n0\r\n\r\n");
}
