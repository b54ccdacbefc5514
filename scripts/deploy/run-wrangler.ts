/** Wrangler as a child: it bundles and uploads, asks nothing, and sends nothing to anybody but the API. */
import { spawn } from "node:child_process";
import { COMPILED_DIR, ROOT, WRANGLER } from "../build/root.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment without what Workers Builds sets for the one Worker that it knows: Wrangler would give that name to all three.
 */
export function wranglerEnvironment(env: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("WRANGLER_CI_"));
  return {
    ...Object.fromEntries(kept),
    CI: "1",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    FORCE_COLOR: "0",
    NODE_COMPILE_CACHE: COMPILED_DIR,
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_SEND_METRICS: "false",
  };
}

export interface WranglerRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runWrangler(args: readonly string[], env: NodeJS.ProcessEnv): Promise<WranglerRun> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [WRANGLER, ...args], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", failed);
    child.once("close", (status) => done({ status: status ?? 1, stdout, stderr }));
  });
}
