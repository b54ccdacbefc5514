/** The control plane. Composition root: binds the platform to the services, and hands what is not its own to who owns it. */
import { eq } from "drizzle-orm";
import { openDatabase } from "#db/database.ts";
import { tuningJob } from "#db/schema.ts";
import { studyName } from "#jobs/job-names.ts";
import { systemClock } from "#platform/clock.ts";
import { consoleLogger } from "#platform/logger.ts";
import { systemRandomBytes } from "#platform/random.ts";
import { runStages } from "#services/cron/cron-stages.ts";
import { type ArtifactKeyRing, createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createApp } from "./app.ts";
import type { ApiBindings } from "./bindings.ts";
import { cronStages } from "./cron.ts";
import { dashboardFile } from "./dashboard-files.ts";
import type { ApiDeps, Handshake, JobSocketKind } from "./deps.ts";
import { BadEnvironment, parseEnv } from "./env.ts";
import { createJobs } from "./jobs.ts";
import { ownDialect } from "./own-dialect.ts";
import { recotemDialect } from "./recotem/recotem-dialect.ts";

export { ErasureCoordinator } from "./objects/erasure-coordinator.ts";
export { IngestionCoordinator } from "./objects/ingestion-coordinator.ts";
export { StudyCoordinator } from "./objects/study-coordinator.ts";
export { TrainingCoordinator } from "./objects/training-coordinator.ts";

interface Root {
  readonly app: ReturnType<typeof createApp>;
  readonly deps: ApiDeps;
}

/** One per isolate: bindings do not change while it lives. */
let root: Root | null = null;

function rootOf(env: ApiBindings): Root {
  root ??= createRoot(env);
  return root;
}

function createRoot(env: ApiBindings): Root {
  const { secrets, settings, exactRecotem } = parseEnv(env);
  let keyRing: Promise<ArtifactKeyRing> | null = null;
  const db = openDatabase(env.DB);
  const deps: ApiDeps = {
    db,
    store: env.STORE,
    routing: env.ROUTING,
    jobs: createJobs(env, db),
    preview: env.RECOMMEND,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    sleep: (ms) => scheduler.wait(ms),
    secret: secrets[0],
    previousSecrets: secrets.slice(1),
    artifactKeys: () => {
      keyRing ??= createArtifactKeyRing(secrets);
      return keyRing;
    },
    settings,
    dialect: exactRecotem ? recotemDialect : ownDialect,
    logger: consoleLogger,
    openJobSocket: (jobId, kind, handshake) => openJobSocket(env, jobId, kind, handshake),
  };
  return { app: createApp(deps), deps };
}

/** Hands a checked handshake to the study's object, with the status that the database knows: a study may never have begun. */
async function openJobSocket(
  env: ApiBindings,
  jobId: number,
  kind: JobSocketKind,
  { request, session }: Handshake,
): Promise<Response> {
  const rows = await openDatabase(env.DB)
    .select({ status: tuningJob.status })
    .from(tuningJob)
    .where(eq(tuningJob.id, jobId));
  const url = new URL(`https://study/${kind}`);
  const asked = new URL(request.url).searchParams;
  for (const name of ["trials", "lines"]) url.searchParams.set(name, asked.get(name) ?? "0");
  url.searchParams.set("status", (rows[0]?.status ?? "PENDING").toLowerCase());
  url.searchParams.set("session", session);
  return env.STUDIES.get(env.STUDIES.idFromName(studyName(jobId))).fetch(url.href, request);
}

const SERVING_PATH = /^\/(inference|recommendations)(\/|$)/;
const API_PATH = /^\/(api|ws|health)(\/|$)/;

async function answer(request: Request, env: ApiBindings, ctx: ExecutionContext): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (SERVING_PATH.test(pathname)) return env.SERVING.fetch(request);
  const file = API_PATH.test(pathname) ? null : await dashboardFile(request, env.ASSETS);
  if (file) return file;
  try {
    return await rootOf(env).app.fetch(request, env, ctx);
  } catch (error) {
    if (!(error instanceof BadEnvironment)) throw error;
    consoleLogger.error("bad_environment", { message: error.message });
    return Response.json({ detail: "The server is not configured.", code: error.code }, { status: 500 });
  }
}

// biome-ignore lint/style/noDefaultExport: the Workers runtime takes the default export as the entry point
export default {
  fetch: answer,
  async scheduled(_controller, env): Promise<void> {
    const { deps } = rootOf(env);
    await runStages(deps, cronStages(deps));
  },
} satisfies ExportedHandler<ApiBindings>;
