import { describe, expect, it } from "vitest";
import { ComputePool, type ComputeProcess } from "#scripts/stack/compute/compute-pool.ts";

interface FakeProcess extends ComputeProcess {
  readonly place: number;
  readonly messages: string[];
  isEnded: boolean;
  /** Ends the work of its message. */
  finish(problem?: string): void;
}

interface FakeTimer {
  readonly ms: number;
  readonly callBack: () => void;
  isOff: boolean;
}

function world(mostProcesses: number, starts: (place: number) => Error | null = () => null) {
  const processes: FakeProcess[] = [];
  const timers: FakeTimer[] = [];
  const pool = new ComputePool(
    { mostProcesses, idleMs: 5_000 },
    {
      async start(place) {
        const problem = starts(place);
        if (problem) throw problem;
        const process = fakeProcess(place);
        processes.push(process);
        return process;
      },
      after(ms, callBack) {
        const timer = { ms, callBack, isOff: false };
        timers.push(timer);
        return {
          callOff() {
            timer.isOff = true;
          },
        };
      },
    },
  );
  return { pool, processes, timers };
}

function fakeProcess(place: number): FakeProcess {
  let done = () => {};
  const ended = new Promise<void>((resolve) => {
    done = resolve;
  });
  let settle: (problem: string | null) => void = () => {};
  let fail: (error: Error) => void = () => {};
  return {
    ...{ place, messages: [], ended, isEnded: false },
    work(message) {
      this.messages.push(message);
      return new Promise((resolve, reject) => {
        settle = resolve;
        fail = reject;
      });
    },
    finish(problem) {
      settle(problem ?? null);
    },
    end() {
      this.isEnded = true;
      fail(new Error("ended"));
      // The connection breaks before the end is known.
      setImmediate(done);
    },
  };
}

/** Lets all promises that can settle do so. */
const settled = () => new Promise((done) => setImmediate(done));

describe("ComputePool", () => {
  it("starts no process before the first message, and one for each that finds none free, up to its number", async () => {
    const { pool, processes } = world(2);
    expect(processes).toEqual([]);
    const ends = ["a", "b", "c"].map((message) => pool.run(message));
    await settled();
    expect(processes.map(({ place, messages }) => [place, messages])).toEqual([
      [0, ["a"]],
      [1, ["b"]],
    ]);
    processes[1]?.finish();
    await settled();
    expect(processes[1]?.messages).toEqual(["b", "c"]);
    for (const process of processes) process.finish();
    await Promise.all(ends);
    expect(processes).toHaveLength(2);
  });

  it("gives messages out in their order, and the next one to the process used last", async () => {
    const { pool, processes } = world(2);
    const first = [pool.run("a"), pool.run("b")];
    await settled();
    processes[1]?.finish();
    await settled();
    processes[0]?.finish();
    await Promise.all(first);
    const next = pool.run("c");
    await settled();
    expect(processes[0]?.messages).toEqual(["a", "c"]);
    processes[0]?.finish();
    await next;
  });

  it("ends a process that had no message for the time, and none that works", async () => {
    const { pool, processes, timers } = world(1);
    const first = pool.run("a");
    await settled();
    processes[0]?.finish();
    await first;
    const second = pool.run("b");
    await settled();
    expect(timers.map(({ ms, isOff }) => [ms, isOff])).toEqual([[5_000, true]]);
    processes[0]?.finish();
    await second;
    timers[1]?.callBack();
    await settled();
    expect(processes[0]?.isEnded).toBe(true);
    const third = pool.run("c");
    await settled();
    expect(processes.map(({ place, messages }) => [place, messages])).toEqual([
      [0, ["a", "b"]],
      [0, ["c"]],
    ]);
    processes[1]?.finish();
    await third;
  });

  it("fails the message of a process that dies, and gives the next to another in its place", async () => {
    const { pool, processes } = world(1);
    const lost = pool.run("a");
    const next = pool.run("b");
    const failed = expect(lost).rejects.toThrow("ended");
    await settled();
    processes[0]?.end();
    await failed;
    await settled();
    expect(processes.map(({ messages }) => messages)).toEqual([["a"], ["b"]]);
    processes[1]?.finish();
    await next;
  });

  it("keeps a process whose work ended with an error", async () => {
    const { pool, processes } = world(1);
    const failed = expect(pool.run("a")).rejects.toThrow("no room");
    await settled();
    processes[0]?.finish("no room");
    await failed;
    const next = pool.run("b");
    await settled();
    expect(processes.map(({ messages }) => messages)).toEqual([["a", "b"]]);
    processes[0]?.finish();
    await next;
  });

  it("fails the message whose process does not start, and tries for the one that waits", async () => {
    let starts = 0;
    const { pool, processes } = world(1, () => (++starts === 1 ? new Error("no memory") : null));
    const failed = expect(pool.run("a")).rejects.toThrow("no memory");
    const next = pool.run("b");
    await failed;
    await settled();
    expect(processes.map(({ messages }) => messages)).toEqual([["b"]]);
    processes[0]?.finish();
    await next;
  });

  it("ends all processes, the idle and the working ones, and starts new ones for later messages", async () => {
    const { pool, processes, timers } = world(2);
    const [first, lost] = [pool.run("a"), pool.run("b")];
    const failed = expect(lost).rejects.toThrow("ended");
    await settled();
    processes[0]?.finish();
    await first;
    pool.end();
    await failed;
    expect(processes.map(({ isEnded }) => isEnded)).toEqual([true, true]);
    expect(timers.map(({ isOff }) => isOff)).toEqual([true]);
    await settled();
    const next = pool.run("c");
    await settled();
    expect(processes[2]?.messages).toEqual(["c"]);
    processes[2]?.finish();
    await next;
  });
});
