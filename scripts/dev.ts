/**
 * `npm run dev`: the stack for those who change its code. `wrangler dev` bundles the Workers again at each change, Vite the dashboard. The
 * state is that of `npm start`.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildWasm } from "./build/build-wasm.ts";
import { ROOT, WRANGLER } from "./build/root.ts";
import { DEFAULT_PORT, DEFAULT_STATE_DIR } from "./local-stack.ts";
import { readOptions } from "./read-options.ts";
import { CONFIGS, DASHBOARD_DIR, DASHBOARD_STAMP } from "./stack/built-stack.ts";
import { watchParent } from "./stack/lifeline.ts";
import { assertPortFree } from "./stack/ports.ts";
import { devVars, type Settings, settingsOf } from "./stack/settings.ts";
import { StackError } from "./stack/stack-error.ts";
import { openStateFolder, type StateFolder } from "./stack/state-folder.ts";
import { watchDashboard } from "./stack/watch-dashboard.ts";

const CRON_INTERVAL_MS = 60_000;

const { port, state: stateDir } = readOptions(
  {
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      state: { type: "string", default: DEFAULT_STATE_DIR },
    },
  },
  `npm run dev -- [--port ${DEFAULT_PORT}] [--state DIR]`,
);

const parent = process.ppid;
try {
  const state = await openStateFolder(stateDir);
  await assertPortFree(Number(port));
  await buildWasm();
  // Wrangler wants the folder to be there. What comes into it is not what a start has built.
  mkdirSync(DASHBOARD_DIR, { recursive: true });
  rmSync(DASHBOARD_STAMP, { force: true });
  const settings = settingsOf(state.secret, devVars());
  const env = environmentOf(state, settings);
  migrate(state, env);
  process.exitCode = await develop(state, settings, env);
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Wrangler's settings: no telemetry, no request to any address that is not this machine, its own registry of Workers. */
function environmentOf({ dir }: StateFolder, settings: Settings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...settings,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    X_LOCAL_OBSERVABILITY: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: join(dir, "logs"),
    WRANGLER_REGISTRY_PATH: join(dir, "registry"),
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_SEND_METRICS: "false",
  };
}

function migrate({ dir }: StateFolder, env: NodeJS.ProcessEnv): void {
  const args = [WRANGLER, "d1", "migrations", "apply", "edgewise", "--local", "--persist-to", dir];
  const result = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...env, CI: "1" },
    encoding: "utf8",
  });
  if (result.status !== 0) {
    throw new StackError(`The database could not be migrated.\n${result.stdout}${result.stderr}`);
  }
}

/**
 * The first Worker takes its settings from an env file. Wrangler gives the others what their configuration names as secrets and
 * vars, out of its own environment. So both hold the same.
 */
function develop({ dir }: StateFolder, settings: Settings, env: NodeJS.ProcessEnv): Promise<number> {
  const settingsFile = join(dir, "settings.env");
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  writeFileSync(settingsFile, lines.join(""), { mode: 0o600 });
  const args = [
    WRANGLER,
    "dev",
    ...CONFIGS.flatMap((config) => ["-c", config]),
    ...["--port", port, "--ip", "127.0.0.1", "--inspector-port", "0"],
    ...["--persist-to", dir, "--env-file", settingsFile],
  ];
  const wrangler = spawn(process.execPath, args, { cwd: ROOT, env, stdio: "inherit", detached: true });
  const children = [wrangler, watchDashboard("web/vite.config.ts", DASHBOARD_DIR)];
  const crons = setInterval(() => {
    void fetch(`http://localhost:${port}/cdn-cgi/handler/scheduled`).catch(() => undefined);
  }, CRON_INTERVAL_MS);
  let isEnding = false;
  const end = () => {
    isEnding = true;
    for (const child of children) endGroup(child);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  watchParent(parent, end);
  return new Promise((ended) => {
    wrangler.once("exit", (code) => {
      clearInterval(crons);
      const status = isEnding ? 0 : (code ?? 1);
      end();
      ended(status);
    });
  });
}

/** Ends a process that leads its group, with all of the group. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGTERM");
}
