import { describe, expect, it } from "vitest";
import { ARCHIVE_TABLES, archiveHead, archiveRows } from "#contract/archive.ts";
import { MAX_INTEGER } from "#contract/field.ts";
import { MAX_JSON_LENGTH } from "#contract/json-bounds.ts";
import { MAX_METRIC, MAX_TIME_MS } from "#contract/limits.ts";

const dated = { id: 1, created_at: 1_700_000_000_000 };

/** A row of each table as an export writes it. */
const rows = {
  split_config: {
    ...dated,
    name: "s",
    scheme: "RG",
    heldout_ratio: 0.1,
    n_heldout: 3,
    test_user_ratio: 1,
    n_test_users: 5,
    random_seed: 42,
  },
  evaluation_config: { ...dated, name: null, cutoff: 20, target_metric: "ndcg" },
  data_file: {
    ...dated,
    kind: "training_data",
    basename: "a.csv",
    filesize: 7,
    status: "READY",
    error: null,
    has_file: true,
  },
  tuning_job: {
    ...dated,
    data: 1,
    split: 1,
    evaluation: 1,
    status: "COMPLETED",
    n_tasks_parallel: 2,
    n_trials: 40,
    memory_budget: 8000,
    timeout_overall: 60,
    timeout_singlestep: 6,
    random_seed: 1,
    tried_algorithms_json: ["IALS"],
    train_after_tuning: true,
    best_score: 0.5,
    best_config: 1,
    tuned_model: 1,
    final_metrics: {
      winner: { "ndcg@20": 0.5 },
      popularity: { "ndcg@20": 0.1 },
      intervals: { winner: { "ndcg@20": { low: 0.4, high: 0.6 } }, popularity: {} },
    },
    engine_version: "1",
    error: null,
  },
  model_configuration: {
    ...dated,
    tuning_job: 1,
    name: "c",
    recommender_class_name: "IALSRecommender",
    parameters_json: { n_components: 64 },
  },
  trained_model: {
    ...dated,
    configuration: 1,
    data: 1,
    tuning_job: 1,
    version: 3,
    status: "READY",
    error: null,
    metrics: { "ndcg@20": 0.5 },
    engine_version: "1",
    has_file: true,
  },
  deployment_slot: {
    ...dated,
    name: "default",
    trained_model: 1,
    previous_model: 1,
    weight: 100,
    is_active: true,
    is_default: true,
  },
  retraining_schedule: {
    ...dated,
    is_enabled: true,
    cron_expression: "0 2 * * 0",
    training_data: 1,
    model_configuration: 1,
    retune: false,
    split_config: 1,
    evaluation_config: 1,
    max_retries: 3,
    notify_on_failure: true,
    auto_deploy: true,
    deploy_tolerance: 0.02,
    keep_versions: 5,
  },
  column_schema: {
    ...dated,
    side: "item",
    version: 3,
    origin: "correction",
    id_column: "movieId",
    other_columns: "ignored",
    columns: [
      { name: "genres", guess: { type: "tags", separator: "|" }, choice: "used", is_missing: false },
      { name: "lat", guess: null, choice: { type: "geo", longitude: "lon" }, is_missing: true },
    ],
  },
  conversion_event: {
    ...dated,
    slot: 1,
    user_id: "ann",
    item_id: "i",
    event_type: "click",
    request_id: "6f9619ff-8b86-4011-b42d-00c04fc964ff",
    metadata: {},
  },
  ab_test: {
    ...dated,
    name: "test",
    status: "RUNNING",
    control_slot: 1,
    variant_slot: 2,
    target_metric: "ctr",
    min_sample_size: 1000,
    confidence_level: 0.95,
    started_at: 1,
    ended_at: null,
    winner_slot: null,
  },
  user_merge: { id: 1, created_at: 1, from_user: "visitor", to_user: "ann" },
  saved_rule: {
    ...dated,
    name: "spring",
    kind: "boost",
    rule: "multiply 2 where item.on_sale",
    priority: 3,
    starts_at: 1,
    ends_at: null,
    is_enabled: true,
  },
} as const;

type Path = readonly string[];

/** The path of every value of a type, nested ones too, except in fields that the tenant may fill freely. */
function places(value: unknown, type: "number" | "string" | "boolean", at: Path = []): Path[] {
  if (typeof value === type) return [at];
  if (typeof value !== "object" || value === null || at.at(-1) === "parameters_json") return [];
  return Object.entries(value).flatMap(([key, inner]) => places(inner, type, [...at, key]));
}

function withValue(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put;
  const inner = (value as Record<string, unknown>)[key];
  return { ...(value as object), [key]: withValue(inner, rest, put) };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

const EXTREMES = [
  2 ** 31,
  2 ** 52,
  2 ** 53,
  1e6,
  9e15,
  1e308,
  -1,
  -1e6,
  -9e15,
  -1e308,
  5e-324,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  "NaN",
  "1e308",
  "Infinity",
  "",
  {},
  [],
  [1],
  null,
  true,
];

const numbers = ARCHIVE_TABLES.flatMap((table) =>
  places(rows[table], "number").map((path) => [`${table}.${path.join(".")}`, table, path] as const),
);

describe("a row of an archive", () => {
  it.each(ARCHIVE_TABLES)("of %s is taken as the export writes it", (table) => {
    expect(archiveRows[table].parse(rows[table])).toEqual(rows[table]);
  });

  it.each(numbers)("accepts in %s only values that a list can show", (name, table, path) => {
    for (const extreme of EXTREMES) {
      const parsed = archiveRows[table].safeParse(withValue(rows[table], path, extreme));
      if (!parsed.success) continue;
      const value = valueAt(parsed.data, path);
      if (value === null) continue;
      const key = path.at(-1) ?? "";
      const isRef = ["id", "data", "split", "evaluation", "configuration", "tuning_job"].includes(key);
      const isId = isRef || /_(config|model|data|configuration)$/.test(key);
      const isFigure = /@|^(low|high|best_score)$/.test(key);
      const most = key === "created_at" ? MAX_TIME_MS : isId ? 1e15 : isFigure ? MAX_METRIC : MAX_INTEGER + 1;
      expect(typeof value, `${name} from ${extreme}`).toBe("number");
      expect(Math.abs(value as number), `${name} from ${extreme}`).toBeLessThanOrEqual(most);
    }
  });

  it.each([
    ["tuning_job", "n_tasks_parallel", 1e6],
    ["tuning_job", "n_tasks_parallel", 2 ** 52],
    ["tuning_job", "n_tasks_parallel", 33],
    ["tuning_job", "n_tasks_parallel", 1.5],
    ["tuning_job", "n_trials", 1001],
    ["tuning_job", "memory_budget", 0],
    ["tuning_job", "timeout_overall", 0],
    ["tuning_job", "created_at", 9e15],
    ["tuning_job", "created_at", -1],
    ["trained_model", "version", 2 ** 31 - 1],
    ["trained_model", "version", 0],
    ["deployment_slot", "weight", 1e308],
    ["deployment_slot", "weight", -1],
    ["split_config", "heldout_ratio", 1.1],
    ["split_config", "random_seed", 2 ** 31],
    ["retraining_schedule", "keep_versions", 101],
    ["retraining_schedule", "max_retries", 11],
    ["ab_test", "confidence_level", 1],
    ["ab_test", "started_at", -1],
    ["conversion_event", "created_at", 9e15],
    ["saved_rule", "priority", 1001],
    ["saved_rule", "starts_at", -1],
    ["data_file", "filesize", -1],
    ["data_file", "id", 2 ** 53],
  ] as const)("of %s is refused for its %s of %d", (table, key, value) => {
    expect(archiveRows[table].safeParse({ ...rows[table], [key]: value }).success).toBe(false);
  });

  const strings = ARCHIVE_TABLES.flatMap((table) =>
    places(rows[table], "string").map((path) => [`${table}.${path.join(".")}`, table, path] as const),
  );

  it.each(strings)("refuses a megabyte in %s", (_name, table, path) => {
    const long = withValue(rows[table], path, "x".repeat(1_000_000));
    expect(archiveRows[table].safeParse(long).success).toBe(false);
  });

  it("has parameters of a bounded depth and length, of finite numbers", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const refused = [
      deep,
      { a: Number.POSITIVE_INFINITY },
      "x".repeat(MAX_JSON_LENGTH),
      { b: { c: -Infinity } },
    ];
    for (const value of refused) {
      const row = { ...rows.model_configuration, parameters_json: { value } };
      expect(archiveRows.model_configuration.safeParse(row).success).toBe(false);
    }
  });

  it("is refused without any one of its fields", () => {
    for (const table of ARCHIVE_TABLES) {
      for (const key of Object.keys(rows[table])) {
        const { [key]: _, ...rest } = rows[table] as Record<string, unknown>;
        expect(archiveRows[table].safeParse(rest).success, `${table} without ${key}`).toBe(false);
      }
    }
  });
});

describe("the head of an archive", () => {
  const head = { format: "edgewise-project", version: 1, exported_at: "2026-01-01T00:00:00.000Z" };
  const columns = { user_column: "u", item_column: "i", time_column: null };

  it.each([
    [{ ...columns, name: "p" }, true],
    [{ ...columns, name: "" }, false],
    [{ ...columns, name: "x".repeat(257) }, false],
    [{ ...columns, name: "p", user_column: "" }, false],
    [{ ...columns, name: { a: 1 } }, false],
  ])("takes the same project as the API: %j", (project, isTaken) => {
    expect(archiveHead.safeParse({ ...head, project }).success).toBe(isTaken);
  });
});
