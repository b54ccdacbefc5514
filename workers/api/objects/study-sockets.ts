import type { TrialResponse } from "#contract/tuning-job.ts";

export type Channel = "status" | "logs";

export interface LogLine {
  readonly at: number;
  readonly message: string;
}

/** What someone who connects is told first. */
export interface Replay {
  readonly status: string;
  readonly bestScore: number | null;
  readonly trials: readonly TrialResponse[];
  readonly log: readonly LogLine[];
}

/** Survives hibernation with the socket: which frames it wants, and the number of its next frame. */
interface Attachment {
  readonly channel: Channel;
  readonly wantsTrials: boolean;
  readonly seq: number;
}

/** The hibernating sockets of one study. A frame that cannot be delivered never fails the study. */
export class StudySockets {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  open(channel: Channel, wantsTrials: boolean, replay: Replay): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [channel]);
    server.serializeAttachment({ channel, wantsTrials, seq: 0 } satisfies Attachment);
    if (channel === "status") {
      const data = { best_score: replay.bestScore, buffered: true };
      this.#send(server, { type: "status_update", status: replay.status, data });
      if (wantsTrials) for (const trial of replay.trials) this.#send(server, { type: "trial", trial });
    } else {
      for (const { at, message } of replay.log) {
        const timestamp = new Date(at).toISOString();
        this.#send(server, { type: "log", message, timestamp, buffered: true });
      }
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  closeAll(code: number, reason: string): void {
    for (const socket of this.#ctx.getWebSockets()) socket.close(code, reason);
  }

  sendStatus(status: string, data: Readonly<Record<string, unknown>>): void {
    for (const socket of this.#ctx.getWebSockets("status")) {
      this.#send(socket, { type: "status_update", status, data });
    }
  }

  sendTrial(trial: TrialResponse): void {
    for (const socket of this.#ctx.getWebSockets("status")) {
      if ((socket.deserializeAttachment() as Attachment).wantsTrials) {
        this.#send(socket, { type: "trial", trial });
      }
    }
  }

  sendLog({ at, message }: LogLine): void {
    const timestamp = new Date(at).toISOString();
    for (const socket of this.#ctx.getWebSockets("logs"))
      this.#send(socket, { type: "log", message, timestamp });
  }

  #send(socket: WebSocket, frame: Readonly<Record<string, unknown>>): void {
    const attachment = socket.deserializeAttachment() as Attachment;
    socket.serializeAttachment({ ...attachment, seq: attachment.seq + 1 });
    // A closing socket throws; whoever it belonged to reconnects and is replayed everything.
    if (socket.readyState === WebSocket.OPEN || socket.readyState === WebSocket.READY_STATE_OPEN) {
      socket.send(JSON.stringify({ ...frame, seq: attachment.seq }));
    }
  }
}
