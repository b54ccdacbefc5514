/**
 * The control plane: answers the management API and the dashboard, and forwards the addresses of serving to the Worker that owns
 * them.
 */
import { planeOf } from "#contract/addresses.ts";
import { orNotConfigured } from "#platform/bad-environment.ts";
import { consoleLogger } from "#platform/logger.ts";
import { runStages } from "#services/cron/cron-stages.ts";
import { createApp } from "./app.ts";
import { type Composition, compositionOf } from "./composition/composition.ts";
import { cronStages } from "./cron.ts";
import { dashboardFile } from "./dashboard-files.ts";
import type { ApiBindings } from "./env/bindings.ts";

export { EndpointAlarm } from "./objects/endpoint-alarm.ts";
export { ErasureCoordinator } from "./objects/erasure-coordinator.ts";
export { IngestionCoordinator } from "./objects/ingestion-coordinator.ts";
export { StudyCoordinator } from "./objects/study-coordinator.ts";
export { TrainingCoordinator } from "./objects/training-coordinator.ts";

/** One per isolate, as the composition is. */
let app: ReturnType<typeof createApp> | null = null;

async function answer(request: Request, composition: Composition, ctx: ExecutionContext): Promise<Response> {
  const { pathname } = new URL(request.url);
  const plane = planeOf(pathname, request.method);
  if (plane === "serving") return composition.serving.fetch(request);
  const file = plane === "files" ? await dashboardFile(request, composition.assets) : null;
  if (file) return file;
  return orNotConfigured(consoleLogger, () => {
    app ??= createApp(composition.deps);
    return app.fetch(request, {}, ctx);
  });
}

// biome-ignore lint/style/noDefaultExport: the Workers runtime takes the default export as the entry point
export default {
  fetch: (request, env, ctx) => answer(request, compositionOf(env), ctx),
  async scheduled(_controller, env): Promise<void> {
    const { deps } = compositionOf(env);
    await runStages(deps, cronStages(deps));
  },
} satisfies ExportedHandler<ApiBindings>;
