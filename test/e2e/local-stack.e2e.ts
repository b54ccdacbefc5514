/** How a local stack starts and ends, as a person at the keyboard sees it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { ROOT } from "#scripts/build/root.ts";
import { isEdgewise } from "#scripts/local-stack.ts";
import { freePort, removeState, startTestStack, type TestStack } from "../setup/stack.ts";

const TIMEOUT_MS = 300_000;
const POLL_MS = 50;

interface Started {
  readonly npm: ChildProcess;
  /** The exit code; null when a signal ended npm. */
  readonly ended: Promise<number | null>;
  readonly url: string;
  readonly stateDir: string;
  printed(): string;
}

const states: string[] = [];
const stacks: TestStack[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
  for (const stack of stacks.splice(0)) await stack.stop();
  for (const stateDir of states.splice(0)) removeState(stateDir);
});

async function npmStart(port?: number, dir?: string): Promise<Started> {
  const stateDir = dir ?? mkdtempSync(join(tmpdir(), "edgewise-test-"));
  if (dir === undefined) states.push(stateDir);
  const at = port ?? (await freePort());
  const npm = spawn("npm", ["start", "--", "--port", String(at), "--state", stateDir], { cwd: ROOT });
  children.push(npm);
  const ended = once(npm, "exit").then(([code]) => code as number | null);
  let text = "";
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  return { npm, ended, url: `http://localhost:${at}`, stateDir, printed: () => text };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(POLL_MS);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const numberIn = (stateDir: string, file: string) => Number(readFileSync(join(stateDir, file), "utf8"));

/** The processes that a stack's folder names: the one that keeps it, and the runtime. */
function processesOf({ stateDir }: Started): number[] {
  return ["process", "runtime"].map((file) => numberIn(stateDir, file));
}

describe("npm start", { timeout: TIMEOUT_MS }, () => {
  /** Of stacks that run one after another: only the first has to make the configuration of the runtime. */
  const dir = mkdtempSync(join(tmpdir(), "edgewise-test-"));
  afterAll(() => removeState(dir));

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)(
    "leaves nothing running after %s to npm",
    async (signal) => {
      const started = await npmStart(undefined, dir);
      await until(() => isEdgewise(started.url));
      const processes = processesOf(started);
      expect(processes.every(isAlive)).toBe(true);
      started.npm.kill(signal);
      await until(() => !processes.some(isAlive));
      expect(await isEdgewise(started.url)).toBe(false);
    },
  );

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)(
    "leaves nothing running after %s to the process that keeps the stack",
    async (signal) => {
      const started = await npmStart(undefined, dir);
      await until(() => isEdgewise(started.url));
      const [keeper = 0, runtime = 0] = processesOf(started);
      process.kill(keeper, signal);
      await until(() => !isAlive(runtime) && !isAlive(keeper));
      // npm ends as its script ended; an orderly end is no failure.
      expect(await started.ended).toBe(signal === "SIGKILL" ? null : 0);
    },
  );

  it.each([0, 200, 500, 900, 1_400])("stops %i ms after it has locked its state folder", async (wait) => {
    const started = await npmStart();
    // The file is there before it has its number.
    const keeperFile = join(started.stateDir, "process");
    await until(() => existsSync(keeperFile) && numberIn(started.stateDir, "process") > 0);
    const keeper = numberIn(started.stateDir, "process");
    await pause(wait);
    started.npm.kill("SIGTERM");
    await until(() => !isAlive(keeper));
    const runtimeFile = join(started.stateDir, "runtime");
    if (existsSync(runtimeFile)) await until(() => !isAlive(numberIn(started.stateDir, "runtime")));
    expect(await isEdgewise(started.url)).toBe(false);
  });

  it("refuses a state folder that another stack runs on, and a port that is taken, with what to do", async () => {
    const stack = await startTestStack();
    stacks.push(stack);
    states.push(stack.stateDir);
    const second = await npmStart(undefined, stack.stateDir);
    expect(await second.ended).toBe(1);
    expect(second.printed()).toMatch(/A stack is already running on this state folder \(process \d+\)/);
    const third = await npmStart(stack.port);
    expect(await third.ended).toBe(1);
    expect(third.printed()).toContain(`Port ${stack.port} is taken`);
    expect(await isEdgewise(stack.url)).toBe(true);
  });

  it("starts again at once on the state of a stack that was killed", async () => {
    const first = await npmStart(undefined, dir);
    await until(() => isEdgewise(first.url));
    const [keeper = 0, runtime = 0] = processesOf(first);
    process.kill(keeper, "SIGKILL");
    const second = await npmStart(undefined, first.stateDir);
    await until(() => isEdgewise(second.url));
    expect(isAlive(runtime)).toBe(false);
    second.npm.kill("SIGTERM");
    await second.ended;
  });

  it("starts the runtime again when it ends by itself, and says so", async () => {
    const { npm, ended, url, stateDir, printed } = await npmStart(undefined, dir);
    await until(() => isEdgewise(url));
    const runtime = numberIn(stateDir, "runtime");
    process.kill(runtime, "SIGKILL");
    await until(() => !isAlive(runtime));
    await until(() => isEdgewise(url));
    expect(printed()).toContain("The Workers runtime ended. It is started again.");
    expect(isAlive(numberIn(stateDir, "runtime"))).toBe(true);
    npm.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("replaces a cut-off configuration of the runtime, and missing folders of stores", async () => {
    const first = await npmStart(undefined, dir);
    await until(() => isEdgewise(first.url));
    first.npm.kill("SIGTERM");
    await first.ended;
    const folder = join(first.stateDir, "config");
    const [name = ""] = readdirSync(folder).filter((file) => file.endsWith(".bin"));
    const { size } = statSync(join(folder, name));
    truncateSync(join(folder, name), 1_000);
    rmSync(join(first.stateDir, "v3"), { recursive: true });
    const second = await npmStart(Number(new URL(first.url).port), first.stateDir);
    await until(() => isEdgewise(second.url));
    expect(statSync(join(folder, name)).size).toBe(size);
    second.npm.kill("SIGTERM");
    await second.ended;
  });

  it("refuses a file as its state folder", async () => {
    const dir = mkdtempSync(join(tmpdir(), "edgewise-test-"));
    states.push(dir);
    writeFileSync(join(dir, "file"), "");
    const { ended, printed } = await npmStart(undefined, join(dir, "file"));
    expect(await ended).toBe(1);
    expect(printed()).toContain(
      `The state folder ${join(dir, "file")} cannot be used: it is a file, not a folder.`,
    );
  });
});
