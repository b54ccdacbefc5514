import { getTableColumns } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { apiKeyResponse } from "#contract/api-key.ts";
import { ARCHIVE_TABLES, archiveHead, archiveRows } from "#contract/archive.ts";
import { auditEntryResponse } from "#contract/audit.ts";
import { deletionResponse } from "#contract/deletion.ts";
import { deploymentSlotResponse } from "#contract/deployment-slot.ts";
import { modelConfigurationResponse, trainedModelResponse } from "#contract/model.ts";
import { projectResponse } from "#contract/project.ts";
import { retrainingRunResponse, retrainingScheduleResponse } from "#contract/retraining.ts";
import { evaluationConfigResponse, splitConfigResponse } from "#contract/study-config.ts";
import { taskLogResponse } from "#contract/task.ts";
import { itemMetaDataResponse, trainingDataResponse, userMetaDataResponse } from "#contract/training-data.ts";
import { tuningJobResponse } from "#contract/tuning-job.ts";
import { accountResponse } from "#contract/user.ts";
import { webhookDeliveryResponse } from "#contract/webhook.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { deletion } from "#db/deletion-schema.ts";
import { retrainingRun, retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import * as schema from "#db/schema.ts";
import { abTestCodec } from "#services/resources/ab-test.ts";
import { accountCodec } from "#services/resources/account.ts";
import { apiKeyCodec } from "#services/resources/api-key.ts";
import { auditEntryCodec } from "#services/resources/audit-entry.ts";
import { archivedCodec, leftOut, type ReferenceTarget, shownCodec } from "#services/resources/codec.ts";
import { columnSchemaCodec } from "#services/resources/column-schema.ts";
import { conversionEventCodec } from "#services/resources/conversion-event.ts";
import { deletionCodec } from "#services/resources/deletion.ts";
import { deploymentSlotCodec } from "#services/resources/deployment-slot.ts";
import { evaluationConfigCodec } from "#services/resources/evaluation-config.ts";
import { itemMetaDataCodec } from "#services/resources/item-meta-data.ts";
import { modelConfigurationCodec } from "#services/resources/model-configuration.ts";
import { projectCodec } from "#services/resources/project.ts";
import { retrainingRunCodec } from "#services/resources/retraining-run.ts";
import { retrainingScheduleCodec } from "#services/resources/retraining-schedule.ts";
import { savedRuleCodec } from "#services/resources/saved-rule.ts";
import { splitConfigCodec } from "#services/resources/split-config.ts";
import { taskLogCodec } from "#services/resources/task-log.ts";
import { trainedModelCodec } from "#services/resources/trained-model.ts";
import { trainingDataCodec } from "#services/resources/training-data.ts";
import { tuningJobCodec } from "#services/resources/tuning-job.ts";
import { userMergeCodec } from "#services/resources/user-merge.ts";
import { userMetaDataCodec } from "#services/resources/user-meta-data.ts";
import { webhookDeliveryCodec } from "#services/resources/webhook-delivery.ts";

interface AnyCodec {
  readonly columns: Readonly<Record<string, { readonly api: unknown; readonly archive?: unknown }>>;
}
type Case = readonly [
  name: string,
  table: Parameters<typeof getTableColumns>[0],
  codec: AnyCodec,
  answer: z.ZodObject,
  /** Fields of the answer that the route makes. */
  made: readonly string[],
];

const CASES: readonly Case[] = [
  ["project", schema.project, projectCodec, projectResponse, []],
  ["training data", schema.trainingData, trainingDataCodec, trainingDataResponse, ["file", "basename"]],
  ["item metadata", schema.itemMetaData, itemMetaDataCodec, itemMetaDataResponse, ["file", "basename"]],
  ["user metadata", schema.userMetaData, userMetaDataCodec, userMetaDataResponse, ["file", "basename"]],
  ["split", schema.splitConfig, splitConfigCodec, splitConfigResponse, []],
  ["evaluation", schema.evaluationConfig, evaluationConfigCodec, evaluationConfigResponse, []],
  ["tuning job", schema.tuningJob, tuningJobCodec, tuningJobResponse, ["task_links", "test_part"]],
  ["configuration", schema.modelConfiguration, modelConfigurationCodec, modelConfigurationResponse, []],
  [
    "model",
    schema.trainedModel,
    trainedModelCodec,
    trainedModelResponse,
    ["file", "basename", "filesize", "task_links"],
  ],
  ["slot", schema.deploymentSlot, deploymentSlotCodec, deploymentSlotResponse, []],
  ["key", schema.apiKey, apiKeyCodec, apiKeyResponse, []],
  ["log line", schema.taskLog, taskLogCodec, taskLogResponse, ["task", "updated_at"]],
  ["schedule", retrainingSchedule, retrainingScheduleCodec, retrainingScheduleResponse, ["next_runs"]],
  ["run", retrainingRun, retrainingRunCodec, retrainingRunResponse, []],
  ["webhook call", webhookDelivery, webhookDeliveryCodec, webhookDeliveryResponse, []],
  ["audit entry", auditEntry, auditEntryCodec, auditEntryResponse, []],
  ["deletion", deletion, deletionCodec, deletionResponse, []],
  ["account", schema.account, accountCodec, accountResponse, []],
];

/** The fields that a column's entry names. */
function fieldsOf(use: unknown): readonly string[] {
  if (typeof use === "string") return [use];
  const { field, fields, time } = use as {
    readonly field?: string;
    readonly fields?: readonly string[];
    readonly time?: string;
  };
  return [field, time, ...(fields ?? [])].filter((name) => name !== undefined);
}

const reasonOf = (use: unknown) => (use as { readonly leftOut?: string }).leftOut;

describe("the codec of a resource", () => {
  it.each(CASES)("of a %s has every column of its table, and none more", (_name, table, { columns }) => {
    expect(Object.keys(columns).toSorted()).toEqual(Object.keys(getTableColumns(table)).toSorted());
  });

  it.each(CASES)(
    "of a %s shows each field of the answer once, except those that the route computes",
    (...of) => {
      const [, , { columns }, answer, made] = of;
      const shown = Object.values(columns).flatMap(({ api }) => fieldsOf(api));
      const fields = Object.keys(answer.shape).filter((field) => !made.includes(field));
      expect(shown.filter((field) => !made.includes(field)).toSorted()).toEqual(fields.toSorted());
    },
  );

  it.each(CASES)("of a %s says why a column is left out", (_name, _table, { columns }) => {
    for (const [column, { api, archive }] of Object.entries(columns)) {
      for (const use of [api, archive]) {
        const isNamed = use === undefined || fieldsOf(use).length > 0;
        expect(isNamed || (reasonOf(use)?.length ?? 0) > 10, column).toBe(true);
      }
    }
  });

  it("handles times, computed fields and several fields of one column", () => {
    const row = { id: 1, at: 0, words: null as string[] | null, pair: { a: 1, b: 2 }, hidden: "x" };
    type Answer = { id: number; at: string; words: string[]; a: number; b: number };
    const codec = shownCodec<typeof row, Answer>("of a test")({
      id: { api: "id" },
      at: { api: { time: "at" } },
      words: { api: { field: "words", show: (words) => words ?? [] } },
      pair: { api: { fields: ["a", "b"], showAll: (pair) => pair } },
      hidden: { api: leftOut("of a test") },
    });
    expect(codec.show(row)).toEqual({ id: 1, at: "1970-01-01T00:00:00.000Z", words: [], a: 1, b: 2 });
    expect(codec.set({ id: 7, words: ["w"], at: "2026", other: 1 })).toEqual({ id: 7, words: ["w"] });
    expect(codec.set({ id: 7 })).not.toHaveProperty("words");
  });

  it("does not compile without a column, with a wrong field or with a value of another type", () => {
    type Row = { id: number; name: string };
    type Answer = { id: number; name: string; size: number };
    const codec = shownCodec<Row, Answer>("of a test");
    // @ts-expect-error: the name is missing
    codec({ id: { api: "id" } });
    // @ts-expect-error: no field has this name
    codec({ id: { api: "id" }, name: { api: "nome" } });
    // @ts-expect-error: a text is no number
    codec({ id: { api: "id" }, name: { api: "size" } });
    // @ts-expect-error: the archive's half is missing
    archivedCodec<Row, Answer, Row>()({ id: { api: "id", archive: "id" }, name: { api: "name" } });
    expect(codec({ id: { api: "id" }, name: { api: "name" } }).columns.id).toEqual({ api: "id" });
  });
});

const ARCHIVED = {
  split_config: [splitConfigCodec],
  evaluation_config: [evaluationConfigCodec],
  data_file: [trainingDataCodec, itemMetaDataCodec, userMetaDataCodec],
  tuning_job: [tuningJobCodec],
  model_configuration: [modelConfigurationCodec],
  trained_model: [trainedModelCodec],
  deployment_slot: [deploymentSlotCodec],
  conversion_event: [conversionEventCodec],
  ab_test: [abTestCodec],
  retraining_schedule: [retrainingScheduleCodec],
  saved_rule: [savedRuleCodec],
  user_merge: [userMergeCodec],
  column_schema: [columnSchemaCodec],
} as const satisfies Record<(typeof ARCHIVE_TABLES)[number], readonly AnyCodec[]>;

describe("an archive's row", () => {
  it.each(ARCHIVE_TABLES)("of %s has a column for each of its fields", (table) => {
    for (const { columns } of ARCHIVED[table] as readonly AnyCodec[]) {
      const kept = Object.values(columns).flatMap(({ archive }) => fieldsOf(archive));
      const fields = Object.keys(archiveRows[table].shape).filter(
        (field) => table !== "data_file" || field !== "kind",
      );
      expect(kept.toSorted()).toEqual(fields.toSorted());
    }
  });

  it("of the project has a column for each of its fields", () => {
    const columns: AnyCodec["columns"] = projectCodec.columns;
    const kept = Object.values(columns).flatMap(({ archive }) => fieldsOf(archive));
    expect(kept.toSorted()).toEqual(Object.keys(archiveHead.shape.project.shape).toSorted());
  });

  it.each(ARCHIVE_TABLES)(
    "of %s links at once what came before it, and later what comes after it",
    (table) => {
      const placeOf = (to: ReferenceTarget) =>
        ARCHIVE_TABLES.indexOf(to.endsWith("_data") ? "data_file" : (to as (typeof ARCHIVE_TABLES)[number]));
      for (const { columns } of ARCHIVED[table] as readonly AnyCodec[]) {
        for (const [column, { archive }] of Object.entries(columns)) {
          const { to, isLater = false } = archive as {
            readonly to?: ReferenceTarget;
            readonly isLater?: boolean;
          };
          if (to === undefined) continue;
          expect(placeOf(to), column).toBeGreaterThanOrEqual(0);
          expect(isLater, column).toBe(placeOf(to) > ARCHIVE_TABLES.indexOf(table));
        }
      }
    },
  );

  it("forgets an id that the archive lacks, or refuses it, as the database would", () => {
    const job = tuningJobCodec.columns;
    expect([job.fixedConfigurationId.archive.whenGone, job.measuredModelId.archive.whenGone]).toEqual([
      "refuse",
      "forget",
    ]);
  });
});
