import { predictRequestOf } from "#contract/inference.ts";
import type { ServingDialect } from "../dialect.ts";

/** The answers of Recotem's inference service, for clients that accept nothing else (`EDGEWISE_EXACT_RECOTEM`). */
export const recotemDialect: ServingDialect = {
  predictRequest: predictRequestOf("Field required"),
  asScored: true,
};
