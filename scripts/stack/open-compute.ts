import { ComputePool, type ComputeProcess } from "./compute/compute-pool.ts";
import { STORES_ENTRYPOINT, WORK_ENTRYPOINT } from "./compute/names.ts";
import { startPoolServer } from "./compute/pool-server.ts";
import type { ComputeWays } from "./compute-options.ts";
import { computeProcess } from "./compute-process.ts";
import { type RuntimeOptions, startRuntime } from "./runtime.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import { type RuntimePrograms, watchRuntime } from "./runtime-watch.ts";
import type { StateFolder } from "./state-folder.ts";

/** A compute process starts in about a third of a second, and reads its dataset again. */
const IDLE_MS = 5_000;

export interface ComputeSettings extends ComputeWays {
  /** The most processes. */
  readonly jobs: number;
  readonly config: RuntimeConfig;
}

interface Surroundings extends Pick<RuntimeOptions, "log" | "unused" | "ending"> {
  readonly state: StateFolder;
  readonly programs: RuntimePrograms;
  readonly loopback: string;
}

export interface Compute {
  /** For the stack's own process: its way to the pool. */
  readonly externals: Readonly<Record<string, string>>;
  /** Tells where the stack's own process lends its stores. */
  lendStores(ports: ReadonlyMap<string, number>): void;
  /** Ends all compute processes. */
  end(): void;
}

/** The compute processes of a stack, and the address that takes messages for them. */
export async function openCompute(settings: ComputeSettings, around: Surroundings): Promise<Compute> {
  let stores = "";
  const pool = new ComputePool(
    { mostProcesses: settings.jobs, idleMs: IDLE_MS },
    {
      start: (place) => startProcess(settings, around, { place, stores }),
      after: (ms, callBack) => {
        const timer = setTimeout(callBack, ms).unref();
        return { callOff: () => clearTimeout(timer) };
      },
    },
  );
  const address = await startPoolServer(pool, settings.token);
  return {
    externals: { [settings.poolService]: address },
    lendStores(ports) {
      stores = `127.0.0.1:${ports.get(STORES_ENTRYPOINT)}`;
    },
    end: () => pool.end(),
  };
}

async function startProcess(
  { config, storesService, token }: ComputeSettings,
  { state, programs, loopback, ...common }: Surroundings,
  { place, stores }: { readonly place: number; readonly stores: string },
): Promise<ComputeProcess> {
  const watch = watchRuntime(programs, state.computeFile(place));
  const externals = { loopback, [storesService]: stores };
  try {
    const runtime = await startRuntime({
      ...common,
      config,
      externals,
      watch,
      resources: state.resources,
      sockets: {},
      entrypoints: [WORK_ENTRYPOINT],
    });
    runtime.ended.then(() => watch.end());
    return computeProcess(runtime, runtime.ports.get(WORK_ENTRYPOINT) ?? 0, token);
  } catch (error) {
    watch.end();
    throw error;
  }
}
