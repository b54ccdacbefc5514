/** The contract's schemas by the names that clients see: `projectResponse` is `ProjectResponse`. */
import * as z from "zod";
import * as abTest from "#contract/ab-test.ts";
import * as apiKey from "#contract/api-key.ts";
import * as audit from "#contract/audit.ts";
import * as auth from "#contract/auth.ts";
import * as columnSchema from "#contract/column-schema.ts";
import * as conversionEvent from "#contract/conversion-event.ts";
import * as deletion from "#contract/deletion.ts";
import * as deployment from "#contract/deployment.ts";
import * as deploymentSlot from "#contract/deployment-slot.ts";
import * as error from "#contract/error.ts";
import * as event from "#contract/event.ts";
import * as health from "#contract/health.ts";
import * as inference from "#contract/inference.ts";
import * as ingestion from "#contract/ingestion.ts";
import * as item from "#contract/item.ts";
import * as member from "#contract/member.ts";
import * as model from "#contract/model.ts";
import * as modelComparison from "#contract/model-comparison.ts";
import * as postgresSource from "#contract/postgres-source.ts";
import * as project from "#contract/project.ts";
import * as recommend from "#contract/recommend.ts";
import * as retraining from "#contract/retraining.ts";
import * as savedRule from "#contract/saved-rule.ts";
import * as studyConfig from "#contract/study-config.ts";
import * as task from "#contract/task.ts";
import * as trainingData from "#contract/training-data.ts";
import * as tuningJob from "#contract/tuning-job.ts";
import * as upload from "#contract/upload.ts";
import * as usage from "#contract/usage.ts";
import * as user from "#contract/user.ts";
import * as userMerge from "#contract/user-merge.ts";
import * as userProperties from "#contract/user-properties.ts";
import * as userToken from "#contract/user-token.ts";
import * as webhook from "#contract/webhook.ts";
import * as webhookEndpoint from "#contract/webhook-endpoint.ts";

const MODULES: readonly Readonly<Record<string, unknown>>[] = [
  ...[
    apiKey,
    audit,
    auth,
    columnSchema,
    deletion,
    deployment,
    deploymentSlot,
    error,
    event,
    health,
    inference,
    ingestion,
    item,
    model,
  ],
  ...[
    member,
    modelComparison,
    postgresSource,
    project,
    recommend,
    retraining,
    abTest,
    conversionEvent,
    savedRule,
    studyConfig,
    task,
    trainingData,
    tuningJob,
    upload,
    usage,
    user,
    userMerge,
    userProperties,
    userToken,
    webhook,
    webhookEndpoint,
  ],
];

/** Objects and records; smaller schemas are written where they are used. */
export function contractSchemas(): Readonly<Record<string, z.ZodType>> {
  const found = MODULES.flatMap((exported) => Object.entries(exported)).flatMap(([name, value]) => {
    const isNamed =
      value instanceof z.ZodObject || value instanceof z.ZodRecord || value instanceof z.ZodUnion;
    return isNamed ? [[name.charAt(0).toUpperCase() + name.slice(1), value] as const] : [];
  });
  return Object.fromEntries(found);
}
