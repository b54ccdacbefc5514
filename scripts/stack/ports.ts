import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { StackError } from "./stack-error.ts";

const WAIT_MS = 10_000;
const POLL_MS = 50;

/** Throws `StackError` when something listens on the port. */
export async function assertPortFree(port: number): Promise<void> {
  if (!(await isPortTaken(port))) return;
  throw new StackError(
    `Port ${port} is taken: another stack may be running. ` +
      `Use it, end it, or start another beside it: npm start -- --port ${port + 1} --state DIR`,
  );
}

/** Resolves once nothing listens on the port: killed processes hold it for a moment. */
export async function waitUntilPortFree(port: number): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline && (await isPortTaken(port))) await pause(POLL_MS);
}

function isPortTaken(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      answer(true);
    });
    socket.once("error", () => answer(false));
  });
}
