import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { ArchiveTable } from "#contract/archive.ts";
import { projectResponse } from "#contract/project.ts";
import { columnSchema } from "#db/column-schema.ts";
import { abTest, conversionEvent } from "#db/experiment-schema.ts";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import { savedRule } from "#db/rule-schema.ts";
import {
  deploymentSlot,
  evaluationConfig,
  itemMetaData,
  modelConfiguration,
  project,
  splitConfig,
  trainedModel,
  trainingData,
  tuningJob,
  userMetaData,
} from "#db/schema.ts";
import { userMerge } from "#db/user-merge-schema.ts";
import { abTestCodec } from "#services/resources/ab-test.ts";
import type { Reference } from "#services/resources/codec.ts";
import { columnSchemaCodec } from "#services/resources/column-schema.ts";
import { conversionEventCodec } from "#services/resources/conversion-event.ts";
import { deploymentSlotCodec } from "#services/resources/deployment-slot.ts";
import { evaluationConfigCodec } from "#services/resources/evaluation-config.ts";
import { itemMetaDataCodec } from "#services/resources/item-meta-data.ts";
import type { ResourceTable } from "#services/resources/listing.ts";
import { modelConfigurationCodec } from "#services/resources/model-configuration.ts";
import { retrainingScheduleCodec } from "#services/resources/retraining-schedule.ts";
import { savedRuleCodec } from "#services/resources/saved-rule.ts";
import { splitConfigCodec } from "#services/resources/split-config.ts";
import { trainedModelCodec } from "#services/resources/trained-model.ts";
import { trainingDataCodec } from "#services/resources/training-data.ts";
import { tuningJobCodec } from "#services/resources/tuning-job.ts";
import { userMergeCodec } from "#services/resources/user-merge.ts";
import { userMetaDataCodec } from "#services/resources/user-meta-data.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { bodyOf, createProject, join, type Person, readAs, type TestApi, testApi } from "../runtime/api.ts";
import { exported, importing, withHead, withRows } from "../runtime/archive.ts";
import { post, readyData } from "../runtime/study.ts";

type AnyRow = Record<string, unknown> & { readonly id: number };
type Uses = Readonly<Record<string, { readonly archive: unknown }>>;

const TABLES: readonly [name: string, table: ResourceTable, codec: { readonly columns: Uses }][] = [
  ["split_config", splitConfig, splitConfigCodec],
  ["evaluation_config", evaluationConfig, evaluationConfigCodec],
  ["training_data", trainingData, trainingDataCodec],
  ["item_meta_data", itemMetaData, itemMetaDataCodec],
  ["user_meta_data", userMetaData, userMetaDataCodec],
  ["tuning_job", tuningJob, tuningJobCodec],
  ["model_configuration", modelConfiguration, modelConfigurationCodec],
  ["trained_model", trainedModel, trainedModelCodec],
  ["deployment_slot", deploymentSlot, deploymentSlotCodec],
  ["conversion_event", conversionEvent, conversionEventCodec],
  ["ab_test", abTest, abTestCodec],
  ["retraining_schedule", retrainingSchedule, retrainingScheduleCodec],
  ["saved_rule", savedRule, savedRuleCodec],
  ["user_merge", userMerge, userMergeCodec],
  ["column_schema", columnSchema, columnSchemaCodec],
];

/** Rows of a project, or of a person, in the order in which they were made. */
async function rowsOf({ deps }: TestApi, table: ResourceTable, projectId: number, person: Person) {
  const isOfPerson = table === splitConfig || table === evaluationConfig;
  const column = isOfPerson ? "createdBy" : "projectId";
  const owner = isOfPerson ? person.session.user.pk : projectId;
  const rows = (await deps.db.select().from(table).orderBy(table.id)) as AnyRow[];
  return rows.filter((row) => row[column] === owner);
}

const EVENT_SETTINGS = {
  weight_column: "grade",
  event_type_column: "kind",
  seen_rule: "after_days",
  seen_days: 30,
  seen_types: ["purchase"],
  event_weights: { view: 0, wishlist: 4 },
  event_cap: 20,
  event_half_life_days: 7.5,
  event_retention_days: 90,
  event_cap_quantile: 0.99,
  weight_kind: "likes",
  weight_scale: "linear",
  rating_min: 0.5,
  rating_max: 10,
  likes_from: 7,
  below_likes: "seen",
};

/** A project in which every column that an archive keeps has a value, other than the one it begins with. */
async function richProject(api: TestApi, ann: Person) {
  const { db } = api.deps;
  const sessions = { session_column: "visit", session_gap_minutes: 45 };
  const kept = {
    missing_words: "keep",
    ...sessions,
    slot_salt: "s",
    cold_start: { threshold: 9 },
    ...EVENT_SETTINGS,
  };
  const origins = { allowed_origins: ["https://shop.example"], ...kept };
  const { id: projectId } = await createProject(ann, { time_column: "at", ...origins });
  await db.update(project).set({ deletedVersion: 4 }).where(eq(project.id, projectId));
  const counting = { weights: { view: 2 }, cap: 3, half_life_days: null };
  const reading = { separator: "tab", form_had_no_end: true, counting } as const;
  const dataId = await readyData(projectId, { filesize: 9, reading });
  const dated = { createdAt: Date.now(), updatedAt: Date.now() };
  for (const [kind, table] of [
    ["item", itemMetaData],
    ["user", userMetaData],
  ] as const) {
    const fileKey = `projects/${projectId}/uploads/${kind}`;
    const file = { fileKey, basename: `${kind}.csv`, filesize: 9, status: "READY", reading } as const;
    await db.insert(table).values({ projectId, ...file, validColumns: ["a"], ...dated });
    await env.STORE.put(fileKey, "id,a\n1,2\n");
  }
  const [data] = await db.select().from(trainingData).where(eq(trainingData.id, dataId));
  await env.STORE.put(data?.fileKey ?? "", "user\titem");
  const splitFields = { scheme: "TU", heldout_ratio: 0.3, test_user_ratio: 0.9, random_seed: 3 };
  const split = await post(ann, "/split_config/", {
    name: "s",
    n_heldout: 2,
    n_test_users: 5,
    keeps_seen: true,
    ...splitFields,
  });
  const evaluation = await post(ann, "/evaluation_config/", { name: "e", cutoff: 7, target_metric: "map" });
  const parts = { data: dataId, split, evaluation };
  const job = await post(ann, "/parameter_tuning_job/", {
    ...parts,
    n_tasks_parallel: 2,
    n_trials: 3,
    memory_budget: 900,
    timeout_overall: 60,
    timeout_singlestep: 6,
    random_seed: 5,
    tried_algorithms_json: ["IALS"],
    train_after_tuning: false,
    deploy: "always",
  });
  const measuring = await post(ann, "/parameter_tuning_job/", parts);
  const configuration = { project: projectId, recommender_class_name: "TopPopRecommender" };
  const configurationId = await post(ann, "/model_configuration/", {
    ...configuration,
    name: "c",
    parameters_json: {},
  });
  await db
    .update(modelConfiguration)
    .set({ tuningJobId: job })
    .where(eq(modelConfiguration.id, configurationId));
  const model = async (version: number, values: Partial<typeof trainedModel.$inferInsert>) => {
    const [row] = await db
      .insert(trainedModel)
      .values({
        projectId,
        configurationId,
        dataId,
        version,
        status: "READY",
        progress: 1,
        ...dated,
        ...values,
      })
      .returning();
    const key = `projects/${projectId}/models/${row?.id}.edgewise`;
    const content = { meta: { project_id: projectId, model_id: row?.id ?? 0 }, sections: [] };
    await createArtifactStore(env.STORE, api.deps.artifactKeys).put(key, { kind: "model", ...content });
    await db
      .update(trainedModel)
      .set({ artifactKey: key, filesize: 3 })
      .where(eq(trainedModel.id, row?.id ?? 0));
    return row?.id ?? 0;
  };
  const first = await model(5, { tuningJobId: job, withdrawnAt: 2_000, engineVersion: "9", error: "slow" });
  const second = await model(6, {
    measuringJobId: measuring,
    metrics: { "ndcg@7": 0.5 },
    testPart: "part-1",
    deployment: "Deployed: nothing was live yet.",
    deployedAt: 3_000,
    trainingSeconds: 12.5,
  });
  const onNew = { winner: { "ndcg@7": 0.3 }, popularity: { "ndcg@7": 0.1 }, users: 9, measured_users: 8 };
  const figures = {
    ...{ winner: { "ndcg@7": 0.5 }, popularity: {}, serving: { "ndcg@7": 0.4 } },
    cold: { cold_items: onNew, cold_users: onNew },
  };
  const found = { finalMetrics: figures, testPart: "part-1", engineVersion: "9", bestScore: 0.25 };
  const leftOut = [{ algorithm: "EASE", reason: "too large" }];
  const ended = {
    status: "COMPLETED",
    bestConfigId: configurationId,
    tunedModelId: first,
    ...found,
  } as const;
  await db
    .update(tuningJob)
    .set({ ...ended, leftOut })
    .where(eq(tuningJob.id, job));
  const measured = { fixedConfigurationId: configurationId, measuredModelId: second, servingModelId: first };
  await db
    .update(tuningJob)
    .set({ ...ended, ...measured, status: "FAILED", error: "no" })
    .where(eq(tuningJob.id, measuring));
  const live = { name: "s", modelId: second, previousModelId: first, weight: 50, isDefault: true };
  const shadow = { name: "t", modelId: first, previousModelId: second, isShadow: true, shadowRate: 0.5 };
  const slots = [live, { ...shadow, weight: 0, isActive: false }];
  const [control, variant] = await db
    .insert(deploymentSlot)
    .values(slots.map((slot) => ({ projectId, ...slot, ...dated })))
    .returning();
  const [controlSlotId, variantSlotId] = [control?.id ?? 0, variant?.id ?? 0];
  await db.insert(conversionEvent).values({
    ...{ projectId, slotId: controlSlotId, userId: "ann", itemId: "i", eventType: "click", createdAt: 5 },
    ...{ requestId: "6f9619ff-8b86-4011-b42d-00c04fc964ff", metadata: { page: "home" } },
  });
  await db.insert(abTest).values({
    ...{ projectId, name: "test", status: "COMPLETED", controlSlotId, variantSlotId, ...dated },
    ...{ targetMetric: "purchase_rate", minSampleSize: 10, confidenceLevel: 0.9 },
    ...{ startedAt: 6, endedAt: 7, winnerSlotId: variantSlotId },
  });
  await post(ann, "/retraining_schedule/", {
    project: projectId,
    cron_expression: "1 2 3 * *",
    training_data: dataId,
    model_configuration: configurationId,
    uses_events: true,
    every_events: 500,
    retune: true,
    split_config: split,
    evaluation_config: evaluation,
    max_retries: 1,
    notify_on_failure: false,
    auto_deploy: true,
    deploy_tolerance: 0.5,
    keep_versions: 2,
  });
  await db.insert(userMerge).values({ projectId, fromUser: "visitor", toUser: "ann", ...dated });
  await db.insert(columnSchema).values({
    ...{ projectId, side: "user", version: 3, origin: "correction", idColumn: "no", otherColumns: "ignored" },
    columns: [{ name: "age", guess: { type: "number" }, choice: { type: "category" }, is_missing: true }],
    ...dated,
  });
  await post(ann, "/saved_rule/", {
    project: projectId,
    name: "spring",
    rule: "at most 2 where item.id != null",
    priority: 7,
    starts_at: "2026-03-01T00:00:00Z",
    ends_at: "2099-06-01T00:00:00Z",
    is_enabled: false,
  });
  return { projectId, archive: await exported(ann, projectId) };
}

async function twoPeople() {
  const api = testApi();
  await join(api);
  return { api, ann: await join(api), bob: await join(api) };
}

describe("an archive", () => {
  it("gives back every column that it keeps, with the new ids in the places of the old", async () => {
    const { api, ann, bob } = await twoPeople();
    const { projectId, archive } = await richProject(api, ann);
    const made = await readAs(projectResponse, await importing(api, bob, archive, "copy"), 201);
    const pairs = new Map<string, { before: AnyRow; after: AnyRow }[]>();
    for (const [name, table] of TABLES) {
      const before = await rowsOf(api, table, projectId, ann);
      const after = await rowsOf(api, table, made.id, bob);
      expect([name, after.length]).toEqual([name, before.length]);
      pairs.set(
        name,
        before.map((row, at) => ({ before: row, after: after[at] as AnyRow })),
      );
    }
    const newId = (to: string, id: unknown) =>
      pairs.get(to)?.find(({ before }) => before.id === id)?.after.id ?? null;
    for (const [name, , { columns }] of TABLES) {
      for (const [column, { archive: use }] of Object.entries(columns)) {
        const reference = use as Partial<Reference>;
        const isKept = typeof use === "string" || "read" in (use as object) || reference.to !== undefined;
        if (!isKept) continue;
        const rows = pairs.get(name) ?? [];
        expect(
          rows.some(({ before }) => before[column] !== null),
          `${name}.${column} is set`,
        ).toBe(true);
        for (const { before, after } of rows) {
          const expected = reference.to === undefined ? before[column] : newId(reference.to, before[column]);
          const value = column === "isEnabled" ? false : expected;
          expect(after[column], `${name}.${column}`).toEqual(value);
        }
      }
    }
  });

  it("gives back the settings of the project", async () => {
    const { api, ann, bob } = await twoPeople();
    const { archive } = await richProject(api, ann);
    const made = await readAs(projectResponse, await importing(api, bob, archive, "copy"), 201);
    const expected = { allowed_origins: ["https://shop.example"], missing_words: "keep", time_column: "at" };
    expect(made).toMatchObject({ ...expected, ...EVENT_SETTINGS });
    const [row] = await api.deps.db.select().from(project).where(eq(project.id, made.id));
    expect(row).toMatchObject({ deletedVersion: 4, reading: { missing_words: "keep" } });
    expect(await env.ROUTING.get(`project:${made.id}`)).toContain("https://shop.example");
  });

  it("of the previous version, without the columns added since, is still imported", async () => {
    const { api, ann, bob } = await twoPeople();
    const { archive } = await richProject(api, ann);
    const without =
      (...names: string[]) =>
      (line: string) =>
        JSON.stringify(
          Object.fromEntries(Object.entries(JSON.parse(line)).filter(([name]) => !names.includes(name))),
        );
    const added = {
      tuning_job: ["deploy", "left_out", "fixed_configuration", "measured_model", "serving_model"],
      trained_model: ["deployment", "deployed_at", "withdrawn_at", "measuring_job", "training_seconds"],
    } as const satisfies Partial<Record<ArchiveTable, readonly string[]>>;
    let old = await withHead(archive, (text) => {
      const head = JSON.parse(text) as { project: Record<string, unknown> };
      for (const name of ["allowed_origins", ...Object.keys(EVENT_SETTINGS)]) delete head.project[name];
      return JSON.stringify(head);
    });
    for (const [table, names] of Object.entries(added)) {
      old = await withRows(old, table as ArchiveTable, without(...names));
    }
    const made = await readAs(projectResponse, await importing(api, bob, old, "copy"), 201);
    expect([made.allowed_origins, made.weight_column, made.seen_rule]).toEqual([[], null, "never"]);
    const { db } = api.deps;
    const jobs = await db.select().from(tuningJob).where(eq(tuningJob.projectId, made.id));
    const lost = { fixedConfigurationId: null, measuredModelId: null, servingModelId: null, leftOut: null };
    expect(jobs).toHaveLength(2);
    for (const row of jobs) expect(row).toMatchObject({ ...lost, deploy: "if_better" });
    const models = await db.select().from(trainedModel).where(eq(trainedModel.projectId, made.id));
    const unknown = { deployment: null, deployedAt: null, measuringJobId: null, trainingSeconds: null };
    for (const row of models) expect(row).toMatchObject({ ...unknown, status: "READY", deploy: "never" });
  });

  it.each<[string, ArchiveTable, string, string, RegExp]>([
    [
      "a fixed configuration",
      "tuning_job",
      "fixed_configuration",
      "9999",
      /model_configuration 9999, which it lacks/,
    ],
    ["a time to come", "trained_model", "deployed_at", "200000000000000", /deployed_at in the future/],
    ["a training of no time", "trained_model", "training_seconds", "-1", /training_seconds/],
  ])("is refused for %s that it cannot have, and leaves nothing behind", async (...of) => {
    const [, table, field, value, reason] = of;
    const { api, ann, bob } = await twoPeople();
    const { archive } = await richProject(api, ann);
    const wrong = await withRows(archive, table, (line) =>
      line.replace(new RegExp(`"${field}":[^,}]+`), `"${field}":${value}`),
    );
    const response = await importing(api, bob, wrong, "copy");
    expect([response.status, JSON.stringify(await bodyOf(response))]).toEqual([
      400,
      expect.stringMatching(reason),
    ]);
    const left = await api.deps.db.select().from(project).where(eq(project.ownerId, bob.session.user.pk));
    expect(left).toEqual([]);
  });

  it("forgets a model that is gone, and keeps the figures of the job that measured it", async () => {
    const { api, ann, bob } = await twoPeople();
    const { archive } = await richProject(api, ann);
    const wrong = await withRows(archive, "tuning_job", (line) =>
      line.replace(/"measured_model":\d+/, '"measured_model":9999'),
    );
    const made = await readAs(projectResponse, await importing(api, bob, wrong, "copy"), 201);
    const rows = await api.deps.db.select().from(tuningJob).where(eq(tuningJob.projectId, made.id));
    expect(rows.find(({ status }) => status === "FAILED")).toMatchObject({
      measuredModelId: null,
      testPart: "part-1",
    });
  });
});
