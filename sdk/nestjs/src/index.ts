export { EdgewiseError } from "../../src/edgewise-error.ts";
export {
  CORRELATION_HEADER,
  correlationIds,
  currentCorrelationId,
  withCorrelationId,
} from "./correlation-ids.ts";
export { type AsyncModuleOptions, EdgewiseModule, type ModuleOptions } from "./edgewise-module.ts";
export type {
  Health,
  HealthCheck,
  ModelStatus,
  RecommendationPage,
  RecommendedPost,
  Reload,
} from "./pages.ts";
export {
  type PageQuery,
  type RecommendationOptions,
  RecommendationService,
  RecommendationsUnavailable,
} from "./recommendation-service.ts";
