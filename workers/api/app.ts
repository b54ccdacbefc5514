/** The management API: its routes and their middleware. All effects arrive in `deps`. */
import { Hono } from "hono";
import { describeError } from "#platform/json-logger.ts";
import { makeThrottle } from "#services/access/rate-limits.ts";
import { makeTokens } from "#services/access/tokens.ts";
import { ensureAdministrator } from "#services/accounts/accounts.ts";
import { airecRoutes } from "./airec/airec-app.ts";
import type { ApiDeps } from "./composition/deps.ts";
import type { Api, ApiEnv } from "./middleware/context.ts";
import { makeEndpoint, type Operation } from "./middleware/endpoint.ts";
import { internalErrorResponse, toErrorResponse } from "./middleware/error-response.ts";
import { requestLog } from "./middleware/request-log.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { formOf } from "./openapi/build-document.ts";
import { resourceOf } from "./openapi/describe-form.ts";
import { DESCRIPTIONS } from "./openapi/descriptions.ts";
import { abTestRoutes } from "./routes/ab_test/index.ts";
import { apiKeyRoutes } from "./routes/api_keys/index.ts";
import { apiRootRoutes } from "./routes/api_root/index.ts";
import { auditLogRoutes } from "./routes/audit_log/index.ts";
import { authRoutes } from "./routes/auth/index.ts";
import { columnRoutes } from "./routes/columns/index.ts";
import { conversionEventRoutes } from "./routes/conversion_event/index.ts";
import { deletionRoutes } from "./routes/deletion/index.ts";
import { deploymentSlotRoutes } from "./routes/deployment_slot/index.ts";
import { evaluationConfigRoutes } from "./routes/evaluation_config/index.ts";
import { experimentRoutes } from "./routes/experiment/index.ts";
import { healthRoutes } from "./routes/health/index.ts";
import { itemMetaDataRoutes } from "./routes/item_meta_data/index.ts";
import { jobSocketRoutes } from "./routes/job_sockets/index.ts";
import { memberRoutes } from "./routes/member/index.ts";
import { modelConfigurationRoutes } from "./routes/model_configuration/index.ts";
import { tuningJobRoutes } from "./routes/parameter_tuning_job/index.ts";
import { passwordRoutes } from "./routes/password/index.ts";
import { peopleRoutes } from "./routes/people/index.ts";
import { pingRoutes } from "./routes/ping/index.ts";
import { postgresSourceRoutes } from "./routes/postgres_source/index.ts";
import { projectRoutes } from "./routes/project/index.ts";
import { weightPreviewRoutes } from "./routes/project/weight-preview.ts";
import { projectSummaryRoutes } from "./routes/project_summary/index.ts";
import { retrainingRunRoutes } from "./routes/retraining_run/index.ts";
import { retrainingScheduleRoutes } from "./routes/retraining_schedule/index.ts";
import type { RouteDeps } from "./routes/route-deps.ts";
import { sampleDataRoutes } from "./routes/sample_data/index.ts";
import { savedRuleRoutes } from "./routes/saved_rule/index.ts";
import { schemaRoutes } from "./routes/schema/index.ts";
import { splitConfigRoutes } from "./routes/split_config/index.ts";
import { taskLogRoutes } from "./routes/task_log/index.ts";
import { modelComparisonRoutes } from "./routes/trained_model/comparison.ts";
import { trainedModelRoutes } from "./routes/trained_model/index.ts";
import { trainingDataRoutes } from "./routes/training_data/index.ts";
import { uploadRoutes } from "./routes/uploads/index.ts";
import { usageRoutes } from "./routes/usage/index.ts";
import { userMetaDataRoutes } from "./routes/user_meta_data/index.ts";
import { userRoutes } from "./routes/users/index.ts";
import { webhookDeliveryRoutes } from "./routes/webhook_delivery/index.ts";
import { webhookEndpointRoutes } from "./routes/webhook_endpoint/index.ts";

export type { ApiDeps } from "./composition/deps.ts";

/** `/api/v1/x/`, `/api/v1/x` and the alias `/api/x/` are one route, `/api/x`. */
export function canonicalPath(request: Request): string {
  const path = new URL(request.url).pathname.replace(/^\/api\/v1(?=\/|$)/, "/api");
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}

export function createApp(deps: ApiDeps): Api {
  const app: Api = new Hono<ApiEnv>({ getPath: canonicalPath });
  const routeDeps: RouteDeps = {
    ...deps,
    tokens: makeTokens(deps.secret, deps.clock, deps.previousSecrets),
    throttle: makeThrottle(deps.db, deps.clock, deps.settings.rates),
  };
  app.use(requestLog(deps));
  app.use(securityHeaders());
  for (const handler of deps.dialect.middleware) app.use(handler);
  app.use(administratorFirst(routeDeps));
  addRoutes(app, routeDeps);
  app.notFound((c) => deps.dialect.unknownPath(c));
  app.onError((error, c) => {
    const known = toErrorResponse(error);
    if (known) return known;
    const requestId = c.get("requestId");
    const ids = { request_id: requestId, correlation_id: c.get("correlationId") };
    deps.logger.error("unhandled", { ...ids, error: describeError(error) });
    return internalErrorResponse(requestId);
  });
  return app;
}

function addRoutes(app: Api, deps: RouteDeps): void {
  const api: Api = new Hono<ApiEnv>();
  const operations: Operation[] = [];
  const endpoint = makeEndpoint(api, deps, operations, (path, methods) =>
    formOf(path, methods, DESCRIPTIONS, deps.dialect.hiddenFields(resourceOf(path))),
  );
  pingRoutes(endpoint);
  apiRootRoutes(endpoint);
  authRoutes(endpoint, deps);
  passwordRoutes(endpoint, deps);
  userRoutes(endpoint, deps);
  projectRoutes(endpoint, deps);
  weightPreviewRoutes(endpoint, deps);
  projectSummaryRoutes(endpoint, deps);
  sampleDataRoutes(endpoint);
  trainingDataRoutes(endpoint, deps);
  itemMetaDataRoutes(endpoint, deps);
  userMetaDataRoutes(endpoint, deps);
  uploadRoutes(endpoint, deps);
  splitConfigRoutes(endpoint, deps);
  evaluationConfigRoutes(endpoint, deps);
  modelConfigurationRoutes(endpoint, deps);
  tuningJobRoutes(endpoint, deps);
  modelComparisonRoutes(endpoint, deps);
  trainedModelRoutes(endpoint, deps);
  taskLogRoutes(endpoint, deps);
  apiKeyRoutes(endpoint, deps);
  memberRoutes(endpoint, deps);
  deploymentSlotRoutes(endpoint, deps);
  conversionEventRoutes(endpoint, deps);
  abTestRoutes(endpoint, deps);
  experimentRoutes(endpoint, deps);
  savedRuleRoutes(endpoint, deps);
  postgresSourceRoutes(endpoint, deps);
  columnRoutes(endpoint, deps);
  usageRoutes(endpoint, deps);
  retrainingScheduleRoutes(endpoint, deps);
  retrainingRunRoutes(endpoint, deps);
  webhookDeliveryRoutes(endpoint, deps);
  webhookEndpointRoutes(endpoint, deps);
  auditLogRoutes(endpoint, deps);
  deletionRoutes(endpoint, deps);
  schemaRoutes(endpoint, deps, operations);
  app.route("/api", api);
  // Their descriptions are with those of serving, whose addresses they share.
  peopleRoutes(
    makeEndpoint(app, deps, [], () => ({})),
    deps,
  );
  jobSocketRoutes(app, deps);
  healthRoutes(app, deps);
  airecRoutes(app, deps);
}

/** Makes the administrator from the environment before anybody else can sign up. After a failure the next request tries again. */
function administratorFirst(deps: RouteDeps) {
  const { administrator } = deps.settings;
  let done: Promise<void> | null = null;
  return async (_c: unknown, next: () => Promise<void>) => {
    if (administrator) {
      done ??= ensureAdministrator(deps, administrator).catch((error: unknown) => {
        done = null;
        throw error;
      });
      await done;
    }
    await next();
  };
}
