import { type SocketFrame, socketFrame } from "#contract/socket.ts";
import { refreshSession } from "./client.ts";
import { makeReconnectingSocket, type SocketLike, type SocketState } from "./reconnecting-socket.ts";

export interface JobSocketHandlers {
  readonly onFrame: (frame: SocketFrame) => void;
  readonly onState?: (state: SocketState) => void;
  readonly onRestart?: () => void;
}

/** Follows a job's status (with its trials) or its log; the returned function ends it. */
export function openJobSocket(jobId: number, channel: "status" | "logs", handlers: JobSocketHandlers) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const query = channel === "status" ? "?trials=1" : "";
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
    renewSession: refreshSession,
    onFrame: (frame) => {
      const parsed = socketFrame.safeParse(frame);
      if (parsed.success) handlers.onFrame(parsed.data);
    },
  });
}
