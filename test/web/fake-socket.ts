/** The server's half of a WebSocket, as little of it as a page under test needs: text frames out, none read. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 6455, section 1.3. */
const HANDSHAKE_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT_FRAME = 0x81;
const LENGTH_IN_2_BYTES = 126;
const MAX_SHORT_LENGTH = 125;

export interface FakeSocket {
  send(frame: Readonly<Record<string, unknown>>): void;
  close(): void;
}

/** Accepts an upgrade; frames are numbered as the real server does. */
export function acceptSocket(request: IncomingMessage, stream: Duplex): FakeSocket {
  const accept = createHash("sha1")
    .update(`${request.headers["sec-websocket-key"]}${HANDSHAKE_GUID}`)
    .digest("base64");
  stream.on("error", () => {});
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let seq = 0;
  return {
    send(frame) {
      const payload = Buffer.from(JSON.stringify({ ...frame, seq }));
      seq += 1;
      stream.write(Buffer.concat([headerOf(payload.length), payload]));
    },
    close: () => stream.end(),
  };
}

function headerOf(length: number): Buffer {
  if (length <= MAX_SHORT_LENGTH) return Buffer.from([TEXT_FRAME, length]);
  return Buffer.from([TEXT_FRAME, LENGTH_IN_2_BYTES, length >> 8, length & 0xff]);
}
