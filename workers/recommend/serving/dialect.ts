/**
 * The differences between deployments. The composition root chooses; routes and serving ask this object, and never read a
 * setting.
 */
import { predictRequest } from "#contract/inference.ts";

export interface ServingDialect {
  readonly predictRequest: typeof predictRequest;
  /** Whether lists hold the model's scores as they are; see `RecommendationRequest`. */
  readonly asScored: boolean;
}

/** The answers of Edgewise. */
export const ownDialect: ServingDialect = { predictRequest, asScored: false };
