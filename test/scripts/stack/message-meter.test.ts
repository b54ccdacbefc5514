import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { MessageMeter, measuredProcess } from "#scripts/stack/message-meter.ts";

const isLinux = process.platform === "linux";
/** Works for as long as each line that it reads says, milliseconds, and answers. */
const PROGRAM = `process.stdin.on("data", (ms) => {
  for (const end = Date.now() + Number(ms); Date.now() < end; ) Math.sqrt(end);
  process.stdout.write("done");
})`;

describe("the meter of a process", () => {
  it.runIf(isLinux)(
    "counts from the beginning of a message, and knows nothing of a process that ended",
    async () => {
      const child = spawn(process.execPath, ["-e", PROGRAM], { stdio: ["pipe", "pipe", "ignore"] });
      const meter = new MessageMeter(child.pid ?? 0);
      const workFor = async (ms: number) => {
        child.stdin.write(String(ms));
        await once(child.stdout, "data");
      };
      await workFor(400);
      meter.begin();
      const before = meter.use();
      await workFor(60);
      const use = meter.use();
      expect(before?.cpuSeconds).toBe(0);
      expect(use?.cpuSeconds).toBeGreaterThan(0);
      expect(use?.cpuSeconds).toBeLessThan(0.4);
      expect(use?.peakBytes).toBeGreaterThan(10e6);
      child.kill("SIGKILL");
      await once(child, "close");
      meter.begin();
      expect(meter.use()).toBeNull();
    },
  );

  it("tells of each message that was done", async () => {
    const told: unknown[] = [];
    const meter = { begin: () => undefined, use: () => ({ cpuSeconds: 2, peakBytes: 3 }) };
    const inner = { ended: new Promise<void>(() => {}), end: () => undefined, work: async () => "a problem" };
    const measured = measuredProcess(inner, meter, (figures) => told.push(figures));
    const body = { kind: "fit-task", stage: 4, task: 0 };
    expect(await measured.work(JSON.stringify({ queue: "training", body }))).toBe("a problem");
    expect(told).toEqual([
      {
        queue: "training",
        kind: "fit-task",
        stage: 4,
        cpuSeconds: 2,
        peakBytes: 3,
        seconds: expect.any(Number),
      },
    ]);
  });
});
