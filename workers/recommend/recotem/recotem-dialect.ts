import * as z from "zod";
import { modelRequestsOf, predictRequestOf } from "#contract/inference.ts";
import { requireFlag } from "#platform/flag.ts";
import { ownDialect, type ServingDialect } from "../serving/dialect.ts";

/** The answers of Recotem's inference service, for clients that accept nothing else (`EDGEWISE_EXACT_RECOTEM`). */
export const recotemDialect: ServingDialect = {
  predictRequest: predictRequestOf("Field required"),
  ...modelRequestsOf(z.string()),
  isExact: true,
  asScored: true,
};

/** The dialect that the setting asks for. Throws BadEnvironment for a text that is neither on nor off. */
export function dialectOf(exactRecotem: string | undefined): ServingDialect {
  return requireFlag("EDGEWISE_EXACT_RECOTEM", exactRecotem, false) ? recotemDialect : ownDialect;
}
