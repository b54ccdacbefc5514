import { describe, expect, it } from "vitest";
import { CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED } from "#contract/socket.ts";
import { backoffMs } from "../../../web/api/backoff.ts";
import {
  makeReconnectingSocket,
  type SocketLike,
  type SocketState,
} from "../../../web/api/reconnecting-socket.ts";

const ABNORMAL_CLOSE = 1006;

interface FakeConnection extends SocketLike {
  readonly sent: string[];
  isClosed: boolean;
}

function harness(options: { renews?: boolean } = {}) {
  const connections: FakeConnection[] = [];
  const timers: { work: () => void; delayMs: number; isCancelled: boolean }[] = [];
  const frames: unknown[] = [];
  const states: SocketState[] = [];
  let restartCount = 0;
  const stop = makeReconnectingSocket({
    open: () => {
      const connection: FakeConnection = {
        onopen: null,
        onmessage: null,
        onclose: null,
        sent: [],
        isClosed: false,
        send: (data) => connection.sent.push(data),
        close: () => {
          connection.isClosed = true;
        },
      };
      connections.push(connection);
      return connection;
    },
    schedule: (work, delayMs) => {
      const timer = { work, delayMs, isCancelled: false };
      timers.push(timer);
      return () => {
        timer.isCancelled = true;
      };
    },
    random: () => 0,
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onRestart: () => {
      restartCount += 1;
    },
    renewSession: async () => options.renews ?? false,
  });
  const latest = () => connections.at(-1) as FakeConnection;
  return {
    connections,
    timers,
    frames,
    states,
    stop,
    latest,
    restarts: () => restartCount,
    open: () => latest().onopen?.(undefined as never),
    receive: (frame: unknown) => latest().onmessage?.({ data: JSON.stringify(frame) }),
    async drop(code = ABNORMAL_CLOSE) {
      latest().onclose?.({ code });
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    },
    elapse: () => timers.at(-1)?.work(),
  };
}

describe("backoffMs", () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [4, 16_000],
    [5, 30_000],
    [60, 30_000],
  ])("waits attempt %i at most %i ms", (attempt, expected) => {
    expect(backoffMs(attempt, () => 0)).toBe(expected);
  });

  it("shortens the delay at random by up to a quarter", () => {
    expect(backoffMs(2, () => 1)).toBe(3_000);
  });
});

describe("makeReconnectingSocket", () => {
  it("drops frames that it has seen on the same connection", () => {
    const socket = harness();
    socket.open();
    for (const seq of [0, 1, 1, 0, 2]) socket.receive({ type: "log", seq });
    expect(socket.frames).toEqual([
      { type: "log", seq: 0 },
      { type: "log", seq: 1 },
      { type: "log", seq: 2 },
    ]);
  });

  it("counts frames from 0 on the next connection, after telling that it begins", async () => {
    const socket = harness();
    socket.open();
    socket.receive({ type: "log", seq: 0 });
    await socket.drop();
    socket.elapse();
    socket.open();
    socket.receive({ type: "log", seq: 0 });
    expect(socket.frames).toHaveLength(2);
    expect(socket.restarts()).toBe(2);
  });

  it("doubles the delay while nothing arrives, and resets it once something does", async () => {
    const socket = harness();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await socket.drop();
      socket.elapse();
    }
    socket.open();
    socket.receive({ type: "status_update", seq: 0 });
    await socket.drop();
    expect(socket.timers.map((timer) => timer.delayMs)).toEqual([1_000, 2_000, 4_000, 1_000]);
  });

  it("answers a ping without passing it on", () => {
    const socket = harness();
    socket.open();
    socket.receive({ type: "ping" });
    expect(socket.latest().sent).toEqual(['{"type":"pong"}']);
    expect(socket.frames).toEqual([]);
  });

  it("ignores what is not JSON", () => {
    const socket = harness();
    socket.open();
    socket.latest().onmessage?.({ data: "{" });
    socket.latest().onmessage?.({ data: "7" });
    expect(socket.frames).toEqual([]);
  });

  it("ends when the server refuses access", async () => {
    const socket = harness();
    await socket.drop(CLOSE_FORBIDDEN);
    expect(socket.states.at(-1)).toBe("closed");
    expect(socket.timers).toEqual([]);
  });

  it("reconnects with a renewed session", async () => {
    const socket = harness({ renews: true });
    await socket.drop(CLOSE_UNAUTHENTICATED);
    expect(socket.timers).toHaveLength(1);
  });

  it("ends when the session cannot be renewed", async () => {
    const socket = harness({ renews: false });
    await socket.drop(CLOSE_UNAUTHENTICATED);
    expect(socket.states.at(-1)).toBe("closed");
    expect(socket.timers).toEqual([]);
  });

  it("does nothing more once stopped", async () => {
    const socket = harness();
    socket.open();
    await socket.drop();
    socket.stop();
    expect(socket.timers[0]?.isCancelled).toBe(true);
    expect(socket.connections).toHaveLength(1);
  });
});
