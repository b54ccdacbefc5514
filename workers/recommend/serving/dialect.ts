/**
 * The differences between deployments. The composition root chooses; routes and serving ask this object, and never read a
 * setting.
 */
import {
  modelBatchRequest,
  modelPredictRequest,
  type modelRequestsOf,
  predictRequest,
} from "#contract/inference.ts";

export interface ServingDialect {
  readonly predictRequest: typeof predictRequest;
  readonly modelPredictRequest: ReturnType<typeof modelRequestsOf>["modelPredictRequest"];
  readonly modelBatchRequest: ReturnType<typeof modelRequestsOf>["modelBatchRequest"];
  /** Whether the route of a project refuses what Recotem refuses (users whom the model does not know, projects without an active slot) and has its fields alone. */
  readonly isExact: boolean;
  /** Whether lists hold the model's scores as they are; see `RecommendationRequest`. */
  readonly asScored: boolean;
}

/** The answers of Edgewise. */
export const ownDialect: ServingDialect = {
  predictRequest,
  modelPredictRequest,
  modelBatchRequest,
  isExact: false,
  asScored: false,
};
