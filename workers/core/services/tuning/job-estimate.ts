/** The algorithms that a job would try, before it is started. */
import type { JobEstimate, JobEstimateRequest } from "#contract/tuning-job.ts";
import { referable, requireReference } from "../access/references.ts";
import type { ServiceDeps } from "../deps.ts";
import { type TablesDeps, tablesPresent } from "../files/feature-sources.ts";
import type { Viewer } from "../viewer.ts";
import { fittingSearch, leftOutOf, studiedAlgorithms, usersOfSample } from "./fitting-search.ts";
import { hasTimesIn } from "./tuning-jobs.ts";

export async function estimateJob(
  deps: TablesDeps & Pick<ServiceDeps, "isolateFileBytes">,
  viewer: Viewer,
  request: JobEstimateRequest,
): Promise<JobEstimate> {
  const { db, isolateFileBytes } = deps;
  const data = await requireReference(db, viewer, referable.data, "data", request.data);
  const { tried_algorithms_json: names, memory_budget: budgetMb } = request;
  const hasTimes = await hasTimesIn(db, data);
  const tables = await tablesPresent(deps, data.projectId);
  const scheme = request.split_scheme;
  const holding = { hasTimes, isolateFileBytes };
  const conditions = { report: data.report, tables, budgetMb, ...holding, ...(scheme && { scheme }) };
  const { algorithms } = fittingSearch(conditions, studiedAlgorithms(names, conditions));
  return {
    algorithms: [...algorithms],
    left_out: leftOutOf(conditions, names),
    sample: usersOfSample(data.report, holding),
  };
}
