/** Rows as the API answers them, with overrides. */
import type { IngestionReport } from "#contract/ingestion.ts";
import type { TrialResponse } from "#contract/tuning-job.ts";

export const NOW = "2026-05-04T09:30:00.000Z";
const ALGORITHMS = ["IALS", "CosineKNN", "TopPop"] as const;
const TOP_COUNT = 583;

export function fakeReport(overrides: Partial<IngestionReport> = {}): IngestionReport {
  const curve = Array.from({ length: 100 }, (_, index) => 1 - (1 - (index + 1) / 100) ** 3.2);
  return {
    rows: 100_012,
    accepted_rows: 100_000,
    rejected_rows: 12,
    rejected: Array.from({ length: 12 }, (_, index) => ({
      line: 815 + index * 1_733,
      reason: index % 2 ? 'The column "item_id" is empty.' : 'Could not interpret "yesterday" as datetime.',
    })),
    users: 943,
    items: 1_682,
    interactions: 98_114,
    duplicates: 1_886,
    density: 0.0618,
    first_at: "1997-09-20T03:05:10.000Z",
    last_at: "1998-04-22T23:10:38.000Z",
    popularity: {
      curve,
      top_items: Array.from({ length: 20 }, (_, index) => ({
        item_id: `post-${50 + index * 7}`,
        count: Math.round(TOP_COUNT * 0.93 ** index),
      })),
    },
    interactions_per_user: { min: 20, median: 65, mean: 106, max: 737 },
    format: { name: "csv", gzip: true, delimiter: ",", header: true },
    columns: { user: "user_id", item: "item_id", time: "timestamp", weight: null },
    warnings: ["12 rows were rejected."],
    ...overrides,
  };
}

/** Trial n of a study that gets better as it goes. */
export function fakeTrial(number: number, overrides: Partial<TrialResponse> = {}): TrialResponse {
  const algorithm = number === 0 ? "TopPop" : (ALGORITHMS[number % 2] ?? "IALS");
  const isFailed = number === 7;
  const isPruned = !isFailed && number % 9 === 4;
  const value =
    algorithm === "TopPop" ? 0.1021 : 0.16 + 0.11 * (1 - Math.exp(-number / 9)) + 0.02 * Math.sin(number * 5);
  const params: Record<(typeof ALGORITHMS)[number], TrialResponse["params"]> = {
    IALS: {
      "IALS.n_components": 16 + number * 5,
      "IALS.alpha0": 0.0031 * (number + 1),
      "IALS.reg": 0.00213,
    },
    CosineKNN: {
      "CosineKNN.top_k": 40 + number * 11,
      "CosineKNN.shrinkage": 12.5,
      "CosineKNN.normalize": true,
      "CosineKNN.feature_weighting": "BM_25",
    },
    TopPop: {},
  };
  return {
    number,
    algorithm,
    params: params[algorithm],
    state: isFailed ? "FAILED" : isPruned ? "PRUNED" : "COMPLETE",
    value: isFailed ? null : isPruned ? value * 0.7 : value,
    metrics: isFailed ? {} : { "ndcg@10": value },
    reports: [],
    attempts: isFailed ? 3 : 1,
    seconds: 0.4 + (number % 5) * 0.31,
    error: isFailed ? "The factors are not finite: the regularisation is too small for this data." : null,
    ...overrides,
  };
}

export function fakeTrainingData(id: number, project: number, filename: string, size: number) {
  return {
    id,
    project,
    file: `training_data/${filename}`,
    ins_datetime: NOW,
    basename: filename,
    filesize: size,
    status: "READY",
    error: null,
    report: fakeReport(),
  };
}

export function fakeJob(id: number, body: Readonly<Record<string, unknown>>) {
  return {
    id,
    memory_budget: 8000,
    timeout_overall: null,
    timeout_singlestep: null,
    random_seed: null,
    tried_algorithms_json: null,
    irspack_version: null,
    train_after_tuning: true,
    n_tasks_parallel: 1,
    ...body,
    status: "RUNNING",
    tuned_model: null as number | null,
    best_config: null as number | null,
    best_score: null as number | null,
    ins_datetime: new Date().toISOString(),
    error: null,
    final_metrics: null as { winner: Record<string, number>; popularity: Record<string, number> } | null,
  };
}

export const TITLES = [
  "Slow Morning",
  "Neon Rain",
  "Second Stage",
  "Paper Moon",
  "Afterglow",
  "Home Video",
] as const;

export function fakeItemRow(itemId: string) {
  const seed = Number(itemId.replace(/\D/g, "")) || 0;
  return {
    item_id: itemId,
    title: `${TITLES[seed % TITLES.length]} #${seed}`,
    tags: ["live", "dance", "vlog"].slice(0, 1 + (seed % 3)),
    community: `community-${seed % 8}`,
  };
}

export function fakeList(length: number, offset = 0) {
  return Array.from({ length }, (_, index) => ({
    item_id: `post-${index * 13 + 5 + offset}`,
    score: 0.94 * 0.91 ** index,
  }));
}
