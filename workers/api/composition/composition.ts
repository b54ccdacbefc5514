/** The composition root: builds the dependencies of all parts from this Worker's bindings. Nothing else reads the bindings. */
import { openDatabase } from "#db/database.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { createProjectItems } from "#jobs/item-shelf/project-items.ts";
import { createProjectMeters } from "#jobs/meter/project-meters.ts";
import { systemClock } from "#platform/clock.ts";
import { createResolver } from "#platform/dns.ts";
import { describeError } from "#platform/json-logger.ts";
import { consoleLogger } from "#platform/logger.ts";
import { openPostgres } from "#platform/postgres.ts";
import { connectionsOf } from "#platform/postgres-connections.ts";
import { systemRandomBytes } from "#platform/random.ts";
import type { OutboundDeps } from "#services/webhooks/call-address.ts";
import { type ArtifactKeyRing, createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { toldRouting } from "#storage/told-routing.ts";
import { ownDialect } from "../dialect/own-dialect.ts";
import type { ApiBindings } from "../env/bindings.ts";
import { type ApiSettings, parseEnv } from "../env/env.ts";
import { recotemDialect } from "../recotem/recotem-dialect.ts";
import type { ApiDeps } from "./deps.ts";
import { createSocketOpener } from "./job-sockets.ts";
import { createJobObjects, createJobs } from "./jobs.ts";

export interface Composition {
  /** The Worker that answers the addresses of serving. */
  readonly serving: Fetcher;
  /** The dashboard's files. */
  readonly assets: Fetcher;
  readonly queues: {
    readonly ingest: ApiBindings["INGEST_QUEUE"];
    readonly trials: ApiBindings["TRIALS_QUEUE"];
    readonly training: ApiBindings["TRAINING_QUEUE"];
  };
  /** Everything else. Throws `BadEnvironment` at each call. */
  readonly deps: ApiDeps;
}

/** One per isolate: bindings do not change while it lives. */
let composition: Composition | null = null;

export function compositionOf(env: ApiBindings): Composition {
  composition ??= compose(env);
  return composition;
}

function compose(env: ApiBindings): Composition {
  let deps: ApiDeps | null = null;
  return {
    serving: env.SERVING,
    assets: env.ASSETS,
    queues: { ingest: env.INGEST_QUEUE, trials: env.TRIALS_QUEUE, training: env.TRAINING_QUEUE },
    get deps() {
      deps ??= createDeps(env);
      return deps;
    },
  };
}

function createDeps(env: ApiBindings): ApiDeps {
  const { secrets, settings, exactRecotem, embedsTexts, isolateFileBytes } = parseEnv(env);
  let keyRing: Promise<ArtifactKeyRing> | null = null;
  const effects = {
    db: openDatabase(env.DB),
    store: env.STORE,
    events: createProjectEvents(env.EVENTS, (projectId, userIds) =>
      env.RECOMMEND.recentChanged(projectId, userIds),
    ),
    items: createProjectItems(env.ITEMS),
    clock: systemClock,
    randomBytes: systemRandomBytes,
    wakeAddress: wakerOf(env),
    artifactKeys: () => {
      keyRing ??= createArtifactKeyRing(secrets);
      return keyRing;
    },
  };
  const objects = createJobObjects(env);
  const dialect = exactRecotem ? recotemDialect : ownDialect;
  return {
    ...effects,
    routing: toldRouting(env.ROUTING, routingTellerOf(env)),
    jobs: createJobs(objects, effects, dialect.tuning.studyDefaults),
    meters: createProjectMeters(env.METERS),
    preview: env.RECOMMEND,
    intake: env.INTAKE,
    connections: connectionsOf(env),
    openDatabase: openPostgres,
    embedsTexts,
    isolateFileBytes,
    sleep: (ms) => scheduler.wait(ms),
    secret: secrets[0],
    previousSecrets: secrets.slice(1),
    settings,
    dialect,
    outbound: outboundOf(env, settings),
    ...jobProcessesOf(env),
    logger: consoleLogger,
    openJobSocket: createSocketOpener(objects, effects.db),
  };
}

/** A local stack gives a way that reaches public addresses alone; on Cloudflare the platform's own `fetch` is one. */
function outboundOf({ OUTBOUND }: ApiBindings, settings: ApiSettings): OutboundDeps {
  const ask = (url: string, init: RequestInit) => fetch(url, init);
  return {
    fetch: OUTBOUND ? (url, init) => OUTBOUND.fetch(url, init) : ask,
    resolve: createResolver(settings.resolver, ask),
    webhookRules: { allowsPrivate: settings.allowsPrivateWebhooks },
  };
}

function jobProcessesOf({ JOB_PROCESSES }: ApiBindings): Pick<ApiDeps, "askJobProcesses"> {
  if (!JOB_PROCESSES) return {};
  const askJobProcesses = async () => {
    const { ok } = await JOB_PROCESSES.fetch("http://job-processes/");
    if (!ok) throw new Error("No process for jobs starts; the stack has printed the reason.");
  };
  return { askJobProcesses };
}

/** By the object of the address. */
function wakerOf({ ENDPOINTS }: ApiBindings): ApiDeps["wakeAddress"] {
  return async ({ kind, id }, at) => {
    try {
      await ENDPOINTS.get(ENDPOINTS.idFromName(`${kind}-${id}`)).wakeAt({ kind, id }, at);
    } catch (error) {
      // The cron sends within a minute.
      consoleLogger.warn("address_not_woken", { [kind]: id, problem: describeError(error) });
    }
  };
}

/** The isolate that answers beside this one; others read a change within the times of KV. */
function routingTellerOf({ RECOMMEND }: ApiBindings): (projectId: number) => Promise<void> {
  return async (projectId) => {
    try {
      await RECOMMEND.routingChanged(projectId);
    } catch (error) {
      // It then uses what it remembers for a second at most.
      consoleLogger.warn("routing_not_told", { project: projectId, problem: describeError(error) });
    }
  };
}
