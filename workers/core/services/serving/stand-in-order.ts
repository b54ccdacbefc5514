/**
 * The order in which ready models of a project replace a missing live one:
 * - the one that was live last, unless it was rolled back from;
 * - else, of those that were not rolled back from, the best measured. Figures of different test parts do not compare, so the
 * models
 * with the newest test part come first;
 * - else the newest.
 */
import { desc, type SQL, sql } from "drizzle-orm";
import { trainedModel } from "#db/schema.ts";

/** The newest version with the same test part; null without a measurement. */
const newestOfTestPart = sql`(select max(other.version) from trained_model as other
  where other.project_id = ${trainedModel.projectId} and other.test_part = ${trainedModel.testPart})`;

/** The metric that also decides on a deployment: ndcg, else the first. */
const figure = sql`(select value from json_each(${trainedModel.metrics}) as metric
  order by metric.key like 'ndcg%' desc, metric.id limit 1)`;

export function standInOrder(): readonly SQL[] {
  return [
    desc(trainedModel.deployedAt),
    sql`${trainedModel.withdrawnAt} is not null`,
    desc(newestOfTestPart),
    desc(figure),
    desc(trainedModel.version),
  ];
}
