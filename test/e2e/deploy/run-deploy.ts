/** Runs `scripts/deploy.ts` as a person does, against the stand-in and nothing else. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "#scripts/build/root.ts";
import { ACCOUNT_ID } from "./account.ts";
import type { StandIn } from "./stand-in.ts";

export interface DeployRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the person types. */
  readonly input?: string;
}

export async function runDeploy({ url, token }: StandIn, options: RunOptions = {}): Promise<DeployRun> {
  const { args = [], env = {}, input = "" } = options;
  const home = mkdtempSync(join(tmpdir(), "edgewise-deploy-test-"));
  // Any other address goes through this proxy, which is the stand-in and refuses it.
  const proxy = new URL(url).origin;
  const child = spawn(process.execPath, ["scripts/deploy.ts", ...args], {
    cwd: ROOT,
    stdio: "pipe",
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: home,
      TMPDIR: home,
      WRANGLER_LOG_PATH: join(home, "logs"),
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      NO_PROXY: "127.0.0.1",
      CLOUDFLARE_API_BASE_URL: url,
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT_ID,
      ...env,
    },
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  }
  child.stdin.end(input);
  const status = await new Promise<number>((ended) => child.once("close", (code) => ended(code ?? 1)));
  rmSync(home, { recursive: true, force: true });
  return { status, ...output };
}
