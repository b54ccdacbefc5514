/**
 * A WebSocket that reconnects with back-off and jitter, drops frames it has seen, and reports its state. It knows only
 * `seq` and `ping` of the frames; the socket, the timer and the random source are arguments.
 */
import { CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED } from "#contract/socket.ts";
import { backoffMs } from "./backoff.ts";

export type SocketState = "connecting" | "open" | "waiting" | "closed";

/** The part of WebSocket that is used. */
export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface ReconnectingSocketDeps {
  readonly open: () => SocketLike;
  /** Runs `work` after a delay; returns a function that cancels it. */
  readonly schedule: (work: () => void, delayMs: number) => () => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A frame that is new on its connection, parsed from JSON but not yet by a schema. */
  readonly onFrame: (frame: unknown) => void;
  readonly onState: (state: SocketState) => void;
  /** The connection is open; messages sent through the function after the connection ends are lost. */
  readonly onOpen?: (send: (data: string) => void) => void;
  /** A connection begins: the server replays from the start, so drop what an earlier connection delivered. */
  readonly onRestart?: () => void;
  /** The server refused the session. Resolves to true when the session was renewed. */
  readonly renewSession?: () => Promise<boolean>;
}

/** Opens the socket and keeps it open until the caller calls the returned function or the server forbids it. */
export function makeReconnectingSocket(deps: ReconnectingSocketDeps): () => void {
  let stopped = false;
  let attempt = 0;
  let socket: SocketLike | null = null;
  let cancelTimer = () => {};

  function connect(): void {
    let lastSeq = -1;
    deps.onState("connecting");
    const current = deps.open();
    socket = current;
    current.onopen = () => {
      if (stopped) return;
      deps.onRestart?.();
      deps.onOpen?.((data) => {
        if (current === socket) current.send(data);
      });
      deps.onState("open");
    };
    current.onmessage = ({ data }) => {
      const frame = parseFrame(data);
      if (stopped || frame === null) return;
      if (frame.type === "ping") return current.send(JSON.stringify({ type: "pong" }));
      attempt = 0;
      if (typeof frame.seq === "number") {
        if (frame.seq <= lastSeq) return;
        lastSeq = frame.seq;
      }
      deps.onFrame(frame);
    };
    current.onclose = ({ code }) => {
      if (!stopped) void reconnect(code);
    };
  }

  async function reconnect(code: number): Promise<void> {
    if (code === CLOSE_FORBIDDEN) return stop();
    deps.onState("waiting");
    if (code === CLOSE_UNAUTHENTICATED) {
      const renewed = (await deps.renewSession?.().catch(() => false)) ?? false;
      if (!renewed) return stop();
    }
    if (stopped) return;
    cancelTimer = deps.schedule(connect, backoffMs(attempt, deps.random));
    attempt += 1;
  }

  function stop(): void {
    if (stopped) return;
    stopped = true;
    cancelTimer();
    socket?.close();
    deps.onState("closed");
  }

  connect();
  return stop;
}

function parseFrame(data: unknown): { type?: unknown; seq?: unknown } | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null ? frame : null;
  } catch {
    return null;
  }
}
