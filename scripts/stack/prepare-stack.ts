import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildWhatIsOld } from "./build-what-is-old.ts";
import { DASHBOARD_STAMP, FRONT_ENTRYPOINT, PROGRAMS_DIR, readPlan } from "./built-stack.ts";
import { STORES_ENTRYPOINT } from "./compute/names.ts";
import { computeWays } from "./compute-options.ts";
import type { KeeperOptions } from "./keeper.ts";
import { frontSocketOf } from "./miniflare-options.ts";
import { assertPortFree } from "./ports.ts";
import { runtimeConfig } from "./runtime-config.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { openStateFolder } from "./state-folder.ts";

/** In the folder of the bundles, which it ends with. */
const SHARED_CONFIGS = "configs";

export interface StackRequest {
  readonly port: number;
  readonly stateDir: string;
  /** Settings for the Workers in addition to those of the environment, e.g. EDGEWISE_SLICE_MS. */
  readonly settings: Settings;
  /** The most compute processes; with 0 jobs run in the process of all Workers. */
  readonly jobs: number;
  /** For tests: whether serving can be cut off from its stores. */
  readonly isCuttable?: boolean;
  /** For benches: whether the log has what each message of a job took. Linux alone tells. */
  readonly measuresMessages?: boolean;
  /** Keeps the runtime's configuration beside the bundles, for other stacks with the same settings. The default is the state folder. */
  readonly sharesConfig?: boolean;
}

export interface PreparedStack {
  /** The program that runs the stack. */
  readonly keeper: string;
  /** Its first argument, as JSON. */
  readonly options: KeeperOptions;
}

/** Builds and configures what a stack needs and what is not there yet. Throws `StackError` with a sentence for the person at the keyboard. */
export async function prepareStack(
  {
    port,
    stateDir,
    settings,
    jobs,
    isCuttable = false,
    sharesConfig = false,
    measuresMessages = false,
  }: StackRequest,
  say: (line: string) => void,
): Promise<PreparedStack> {
  const state = await openStateFolder(stateDir);
  try {
    await assertPortFree(port);
    const dir = await buildWhatIsOld(say);
    const parts = {
      plan: readPlan(dir),
      dir,
      settings: settingsOf(state.secret, settings),
      hasCompute: jobs > 0,
      isCuttable,
    };
    const place = { folder: sharesConfig ? join(dir, SHARED_CONFIGS) : state.config, isShared: sharesConfig };
    const { main, compute } = await runtimeConfig(place, parts, readFileSync(DASHBOARD_STAMP, "utf8"));
    const runtime = { workerd: workerdPath(), script: join(import.meta.dirname, "workerd.sh") };
    return {
      keeper: join(dir, PROGRAMS_DIR, "stack/keeper.js"),
      options: {
        ...{ port, stateDir: state.dir, config: main, runtime },
        frontSocket: frontSocketOf(parts.plan),
        entrypoints: compute ? [FRONT_ENTRYPOINT, STORES_ENTRYPOINT] : [FRONT_ENTRYPOINT],
        ...(compute && {
          compute: {
            jobs,
            measuresMessages,
            config: compute,
            ...computeWays(parts.plan, parts.settings.EDGEWISE_SECRET ?? ""),
          },
        }),
      },
    };
  } finally {
    state.close();
  }
}

function workerdPath(): string {
  const require = createRequire(createRequire(import.meta.url).resolve("miniflare"));
  return (require("workerd") as { default: string }).default;
}
