import { socketRequest } from "#contract/socket.ts";
import type { TrialResponse } from "#contract/tuning-job.ts";
import type { SocketSessions } from "#jobs/jobs.ts";
import type { LogLine, StudyLog } from "./study-log.ts";

/** A new connection gets this many lines at once: the newest if lines have numbers, else the oldest, as in Recotem. */
const LINES_AT_ONCE = 500;

export type Channel = "status" | "logs";

/** The query of a handshake, and the session of its caller. */
export interface Asked {
  /** `1`: all trials so far, then each change; `changes`: those only. */
  readonly trials: string | null;
  /** `1`: lines with their numbers. */
  readonly lines: string | null;
  readonly session: string;
}

/** The first message to a new connection. */
export interface Replay {
  readonly status: string;
  readonly bestScore: number | null;
  readonly trials: () => readonly TrialResponse[];
}

/** Survives hibernation with the socket: its session, its wanted frames, and the number of its next frame. */
interface Attachment {
  /** Absent in sockets from before sessions were stored. */
  readonly session?: string;
  readonly channel: Channel;
  readonly wantsTrials: boolean;
  /** Absent in sockets from before there were numbers. */
  readonly wantsLines?: boolean;
  readonly seq: number;
}

function isMeant(session: string, sessions: SocketSessions): boolean {
  return "only" in sessions ? session === sessions.only : session !== sessions.except;
}

/** The hibernating sockets of one study. A frame that cannot be delivered never fails the study. */
export class StudySockets {
  readonly #ctx: DurableObjectState;
  readonly #log: StudyLog;

  constructor(ctx: DurableObjectState, log: StudyLog) {
    this.#ctx = ctx;
    this.#log = log;
  }

  open(channel: Channel, asked: Asked, replay: Replay): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    const wantsTrials = asked.trials === "1" || asked.trials === "changes";
    const { session } = asked;
    const attachment = { session, channel, wantsTrials, wantsLines: asked.lines === "1", seq: 0 };
    this.#ctx.acceptWebSocket(server, [channel]);
    server.serializeAttachment(attachment satisfies Attachment);
    if (channel === "status") {
      const data = { best_score: replay.bestScore, buffered: true };
      this.#send(server, { type: "status_update", status: replay.status, data });
      const trials = asked.trials === "1" ? replay.trials() : [];
      for (const trial of trials) this.#send(server, { type: "trial", trial });
    } else {
      const { wantsLines } = attachment;
      const lines = wantsLines ? this.#log.before(null, LINES_AT_ONCE) : this.#log.after(0, LINES_AT_ONCE);
      for (const line of lines) this.#sendLine(server, line, true);
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Answers requests for earlier lines; ignores all other messages. */
  hear(socket: WebSocket, message: string | ArrayBuffer): void {
    const { channel, wantsLines } = socket.deserializeAttachment() as Attachment;
    if (channel !== "logs" || !wantsLines || typeof message !== "string") return;
    const request = socketRequest.safeParse(message);
    if (!request.success || request.data.type !== "earlier") return;
    const { before, limit } = request.data;
    const lines = this.#log.before(before, limit);
    const log = lines.map(({ line, at, message: text }) => ({ line, timestamp: isoTime(at), message: text }));
    this.#send(socket, { type: "earlier", lines: log });
  }

  /** Closes all sockets, or those of some sessions; a socket without a known session is always closed. */
  closeAll(code: number, reason: string, sessions?: SocketSessions): void {
    for (const socket of this.#ctx.getWebSockets()) {
      const { session } = socket.deserializeAttachment() as Attachment;
      if (!sessions || session === undefined || isMeant(session, sessions)) socket.close(code, reason);
    }
  }

  sendStatus(status: string, data: Readonly<Record<string, unknown>>): void {
    for (const socket of this.#ctx.getWebSockets("status")) {
      this.#send(socket, { type: "status_update", status, data });
    }
  }

  /** @param trial Called only when somebody wants it. */
  sendTrial(trial: () => TrialResponse): void {
    let known: TrialResponse | null = null;
    for (const socket of this.#ctx.getWebSockets("status")) {
      if (!(socket.deserializeAttachment() as Attachment).wantsTrials) continue;
      known ??= trial();
      this.#send(socket, { type: "trial", trial: known });
    }
  }

  sendLog(line: LogLine): void {
    for (const socket of this.#ctx.getWebSockets("logs")) this.#sendLine(socket, line, false);
  }

  #sendLine(socket: WebSocket, { line, at, message }: LogLine, isBuffered: boolean): void {
    const { wantsLines } = socket.deserializeAttachment() as Attachment;
    const frame = { type: "log", message, timestamp: isoTime(at) };
    this.#send(socket, { ...frame, ...(isBuffered && { buffered: true }), ...(wantsLines && { line }) });
  }

  #send(socket: WebSocket, frame: Readonly<Record<string, unknown>>): void {
    const attachment = socket.deserializeAttachment() as Attachment;
    socket.serializeAttachment({ ...attachment, seq: attachment.seq + 1 });
    // A closing socket throws; its client reconnects and gets the state of the study.
    if (socket.readyState === WebSocket.OPEN || socket.readyState === WebSocket.READY_STATE_OPEN) {
      socket.send(JSON.stringify({ ...frame, seq: attachment.seq }));
    }
  }
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
