/** Bundles and uploads one Worker with Wrangler, its settings in the same version, and sets what starts it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ROOT } from "../build/root.ts";
import { adviceOnPrinted, DeployProblem } from "./deploy-problem.ts";
import { CONFIG_FILES, type RawConfig, type Role } from "./deployment.ts";
import type { Settings } from "./plan-settings.ts";
import { runWrangler, wranglerEnvironment } from "./run-wrangler.ts";

export interface Upload {
  readonly role: Role;
  readonly config: RawConfig;
  readonly settings: Settings;
  readonly tag: string;
}

/** Throws `DeployProblem` when the account does not take it; a part of it may then be done, which doing it again completes. */
export type Uploader = (upload: Upload) => Promise<void>;

export interface UploaderOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly accountId: string;
}

export function createUploader({ env, accountId }: UploaderOptions): Uploader {
  return async ({ role, config, settings, tag }) => {
    const scratch = scratchFiles();
    try {
      writeFileSync(scratch.config, JSON.stringify(withWholePaths(role, config)));
      const args = ["deploy", "-c", scratch.config, "--tag", tag];
      if (Object.keys(settings).length > 0) {
        writeFileSync(scratch.settings, JSON.stringify(settings), { mode: 0o600 });
        args.push("--secrets-file", scratch.settings);
      }
      const wrangler = { ...wranglerEnvironment(env), CLOUDFLARE_ACCOUNT_ID: accountId };
      const { status, stdout, stderr } = await runWrangler(args, wrangler);
      if (status === 0) return;
      const printed = `${stdout}${stderr}`.trim();
      const advice = adviceOnPrinted(printed, accountId);
      const what = `The Worker ${config.name} could not be uploaded. What has been done stays; run the command again.`;
      throw new DeployProblem([...(advice ? [advice] : []), what, printed].join("\n"));
    } finally {
      scratch.remove();
    }
  };
}

/** A configuration that may lie anywhere: a file beside the sources would change what the next run sees. */
function withWholePaths(role: Role, config: RawConfig): RawConfig {
  const whole = (path: string) => resolve(ROOT, dirname(CONFIG_FILES[role]), path);
  return {
    ...config,
    ...(config.main && { main: whole(config.main) }),
    ...(config.assets?.directory && {
      assets: { ...config.assets, directory: whole(config.assets.directory) },
    }),
  };
}

/** All is removed however the process ends, short of being killed. */
function scratchFiles() {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-upload-"));
  const erase = () => rmSync(folder, { recursive: true, force: true });
  const endBySignal = () => process.exit(130);
  process.on("exit", erase);
  process.on("SIGINT", endBySignal);
  process.on("SIGTERM", endBySignal);
  return {
    config: join(folder, "wrangler.json"),
    settings: join(folder, "settings.json"),
    remove() {
      erase();
      process.off("exit", erase);
      process.off("SIGINT", endBySignal);
      process.off("SIGTERM", endBySignal);
    },
  };
}
