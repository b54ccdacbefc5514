import { resolve } from "node:path";
import { DEFAULT_PORT, DEFAULT_STATE_DIR } from "../../scripts/local-stack.ts";

/** The command that starts a stack again at the same address and with the same state, to paste into a shell. */
export function startCommand({
  port,
  stateDir,
}: {
  readonly port: number;
  readonly stateDir: string;
}): string {
  const state = resolve(stateDir);
  const options = [
    ...(port === DEFAULT_PORT ? [] : ["--port", String(port)]),
    ...(state === resolve(DEFAULT_STATE_DIR) ? [] : ["--state", quoted(state)]),
  ];
  return ["npm start", ...(options.length > 0 ? ["--", ...options] : [])].join(" ");
}

function quoted(text: string): string {
  return /^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
