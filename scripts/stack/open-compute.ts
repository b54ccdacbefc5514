import { ComputePool, type ComputeProcess } from "./compute/compute-pool.ts";
import { STORES_ENTRYPOINT, WORK_ENTRYPOINT } from "./compute/names.ts";
import { startPoolServer } from "./compute/pool-server.ts";
import { StartReports } from "./compute/start-reports.ts";
import type { ComputeWays } from "./compute-options.ts";
import { computeProcess } from "./compute-process.ts";
import { MESSAGE_WORKED, MessageMeter, measuredProcess } from "./message-meter.ts";
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
  /** Whether it is printed what each message took. */
  readonly measuresMessages?: boolean;
}

interface Surroundings extends Pick<RuntimeOptions, "log" | "unused" | "ending"> {
  readonly state: StateFolder;
  readonly programs: RuntimePrograms;
  readonly loopback: string;
  /** Prints what the person who started the stack must read. */
  readonly say: (text: string) => void;
}

export interface Compute {
  /** For the stack's own process: its ways to the pool. */
  readonly externals: Readonly<Record<string, string>>;
  /** Tells where the stack's own process lends its stores. */
  lendStores(ports: ReadonlyMap<string, number>): void;
  /** Why the last compute process did not start; null if it did. */
  readonly problem: string | null;
  /** Ends all compute processes. */
  end(): void;
}

/** The compute processes of a stack, and the address that takes messages for them. */
export async function openCompute(settings: ComputeSettings, around: Surroundings): Promise<Compute> {
  let stores = "";
  const reports = new StartReports(around.say);
  const meters = new Map<number, MessageMeter>();
  const pool = new ComputePool(
    { mostProcesses: settings.jobs, idleMs: IDLE_MS },
    {
      async start(place) {
        try {
          const process = await startProcess(settings, around, { place, stores, meters });
          reports.started();
          return process;
        } catch (error) {
          if (!around.ending.aborted) reports.failed((error as Error).message);
          throw error;
        }
      },
      after: (ms, callBack) => {
        const timer = setTimeout(callBack, ms).unref();
        return { callOff: () => clearTimeout(timer) };
      },
    },
  );
  const address = await startPoolServer(
    pool,
    settings.token,
    () => reports.problem !== null,
    (place) => meters.get(place)?.use() ?? null,
  );
  return {
    externals: { [settings.poolService]: address, [settings.healthService]: address },
    lendStores(ports) {
      stores = `127.0.0.1:${ports.get(STORES_ENTRYPOINT)}`;
    },
    get problem() {
      return reports.problem;
    },
    end: () => pool.end(),
  };
}

interface ProcessPlace {
  readonly place: number;
  readonly stores: string;
  /** Of the process at each place. */
  readonly meters: Map<number, MessageMeter>;
}

async function startProcess(
  { config, storesService, token, measuresMessages }: ComputeSettings,
  { state, programs, loopback, say: _, ...common }: Surroundings,
  { place, stores, meters }: ProcessPlace,
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
    const port = runtime.ports.get(WORK_ENTRYPOINT) ?? 0;
    const meter = new MessageMeter(runtime.pid);
    meters.set(place, meter);
    return measuredProcess(computeProcess(runtime, { port, place, token }), meter, (figures) => {
      if (!measuresMessages) return;
      common.log(`${JSON.stringify({ level: "info", event: MESSAGE_WORKED, ...figures })}\n`);
    });
  } catch (error) {
    watch.end();
    throw error;
  }
}
