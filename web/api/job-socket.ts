import type { SocketFrame } from "#contract/socket.ts";
import { refreshSession } from "./client.ts";
import { makeReconnectingSocket, type SocketLike, type SocketState } from "./reconnecting-socket.ts";

export interface JobSocketHandlers {
  readonly onFrame: (frame: SocketFrame) => void;
  readonly onState?: (state: SocketState) => void;
  readonly onRestart?: () => void;
  readonly onOpen?: (send: (data: string) => void) => void;
}

/**
 * Follows a job's status (with each change of a trial) or its log, starting with the newest lines. The returned
 * function ends it.
 */
export function openJobSocket(jobId: number, channel: "status" | "logs", handlers: JobSocketHandlers) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const query = channel === "status" ? "?trials=changes" : "?lines=1";
  const url = `${scheme}://${location.host}/ws/job/${jobId}/${channel}/${query}`;
  return makeReconnectingSocket({
    open: () => new WebSocket(url) as SocketLike,
    schedule: (work, delayMs) => {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    onState: (state) => handlers.onState?.(state),
    onRestart: () => handlers.onRestart?.(),
    onOpen: (send) => handlers.onOpen?.(send),
    renewSession: refreshSession,
    onFrame: (frame) => handlers.onFrame(frame as SocketFrame),
  });
}
