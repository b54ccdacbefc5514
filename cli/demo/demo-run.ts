/** The main job over the API, as a program would do it: upload, tune, train, ask for recommendations. */
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import { describeFormat } from "#contract/file-format.ts";
import type { PredictResponse } from "#contract/inference.ts";
import type { IngestionReport } from "#contract/ingestion.ts";
import type { ModelConfigurationResponse, SampleResponse, TrainedModelResponse } from "#contract/model.ts";
import type { ProjectResponse } from "#contract/project.ts";
import type { EvaluationConfigResponse, SplitConfigResponse } from "#contract/study-config.ts";
import { isOpenJob, type TrialResponse, type TuningJobResponse } from "#contract/tuning-job.ts";
import type { Progress } from "../terminal/progress.ts";
import type { ApiClient } from "./api-client.ts";
import type { DemoAccount, DemoSession } from "./demo-account.ts";
import { type LiveResult, likeAndAskAgain } from "./demo-live.ts";
import type { DemoOptions } from "./demo-options.ts";
import { type LocalFile, uploadFile } from "./upload.ts";
import { waitFor } from "./wait-for.ts";

export interface DemoInput {
  readonly interactions: LocalFile;
  readonly items: LocalFile | null;
}

type Item = PredictResponse["items"][number];

export interface DemoResult {
  readonly account: DemoAccount;
  readonly projectId: number;
  readonly apiKey: string;
  readonly report: IngestionReport;
  readonly trials: readonly TrialResponse[];
  readonly winner: {
    readonly algorithm: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly metrics: Readonly<Record<string, number>>;
  };
  readonly popularity: { readonly metrics: Readonly<Record<string, number>> };
  readonly known_user: { readonly user_id: string; readonly items: readonly Item[] };
  readonly new_user: { readonly profile: readonly string[]; readonly items: readonly Item[] };
  readonly live: LiveResult;
  readonly seconds: {
    readonly ingest: number;
    readonly tune: number;
    readonly train: number;
    readonly total: number;
  };
}

/** The job ended without a result; the message is its reason. */
export class JobFailed extends Error {}

const HELDOUT_RATIO = 0.2;
const CUTOFF = 10;
const LIKED_ITEMS = 3;

export async function runDemo(
  { account, client }: DemoSession,
  input: DemoInput,
  options: DemoOptions,
  progress: Progress,
): Promise<DemoResult> {
  const startedAt = Date.now();
  const project = await createProject(client, options);
  const { dataId, report, seconds: ingest } = await ingestFiles(client, project.id, input, progress);
  const tuned = await tune(client, dataId, options, progress);
  const trained = await awaitModel(client, tuned.job, progress);
  const key = await client.post<ApiKeyCreatedResponse>("api_keys/", {
    project: project.id,
    name: "demo",
    scopes: ["predict", "events"],
  });
  const lists = await askForLists(client, project.id, trained.modelId, key.key);
  const { profile: liked } = lists.new_user;
  const live = await likeAndAskAgain(client.url, key.key, { userId: `visitor-${account.username}`, liked });
  return {
    account,
    projectId: project.id,
    apiKey: key.key,
    report,
    trials: tuned.trials,
    winner: await winnerOf(client, tuned.job),
    popularity: { metrics: tuned.job.final_metrics?.popularity ?? {} },
    ...lists,
    live,
    seconds: { ingest, tune: tuned.seconds, train: trained.seconds, total: secondsSince(startedAt) },
  };
}

function createProject(client: ApiClient, { columns, file, reading }: DemoOptions): Promise<ProjectResponse> {
  return client.post<ProjectResponse>("project/", {
    name: file === null ? "Demo: posts for fans" : `Demo: ${file.split(/[\\/]/).at(-1)}`,
    user_column: columns.user,
    item_column: columns.item,
    time_column: columns.time,
    ...reading,
  });
}

async function ingestFiles(client: ApiClient, projectId: number, input: DemoInput, progress: Progress) {
  const startedAt = Date.now();
  progress.stage("Uploading and reading");
  const send = (share: number) => progress.update(share, input.interactions.name);
  if (input.items) await uploadFile(client, projectId, "item_meta_data", input.items, () => undefined);
  const row = await uploadFile(client, projectId, "training_data", input.interactions, send);
  const seconds = secondsSince(startedAt);
  const report = row.report as IngestionReport;
  progress.done(
    `Read ${report.rows} rows: ${report.users} users, ${report.items} items, ${report.interactions} interactions, ` +
      `${report.rejected_rows} rows rejected (${seconds.toFixed(1)} s).`,
  );
  progress.done(describeFormat(report.format));
  for (const warning of report.warnings) progress.done(warning);
  return { dataId: row.id, report, seconds };
}

async function tune(client: ApiClient, dataId: number, options: DemoOptions, progress: Progress) {
  const startedAt = Date.now();
  progress.stage("Tuning");
  const split = await client.post<SplitConfigResponse>("split_config/", {
    scheme: options.scheme,
    heldout_ratio: HELDOUT_RATIO,
  });
  const evaluation = await client.post<EvaluationConfigResponse>("evaluation_config/", {
    cutoff: CUTOFF,
    target_metric: "ndcg",
  });
  const { id } = await client.post<TuningJobResponse>("parameter_tuning_job/", {
    data: dataId,
    split: split.id,
    evaluation: evaluation.id,
    n_trials: options.trials,
    n_tasks_parallel: options.parallel,
    random_seed: 42,
    train_after_tuning: true,
  });
  let trials: TrialResponse[] = [];
  const job = await waitFor(
    async () => {
      trials = await client.get<TrialResponse[]>(`parameter_tuning_job/${id}/trials/`);
      return client.get<TuningJobResponse>(`parameter_tuning_job/${id}/`);
    },
    ({ status }) => !isOpenJob(status),
    () => progress.update(finishedShare(trials, options.trials), describeTrials(trials, options.trials)),
  );
  if (job.status !== "COMPLETED") throw new JobFailed(job.error ?? `The tuning job ended as ${job.status}.`);
  const seconds = secondsSince(startedAt);
  progress.done(`Tuned: ${describeTrials(trials, trials.length)} (${seconds.toFixed(1)} s).`);
  return { job, trials, seconds };
}

async function awaitModel(client: ApiClient, job: TuningJobResponse, progress: Progress) {
  const startedAt = Date.now();
  progress.stage("Training on all data");
  const modelId = job.tuned_model;
  if (modelId === null) throw new JobFailed("The tuning job left no model to train.");
  const model = await waitFor(
    () => client.get<TrainedModelResponse>(`trained_model/${modelId}/`),
    ({ status }) => status === "READY" || status === "FAILED",
    (row) => progress.update(row.progress, `${Math.round(row.progress * 100)} %`),
  );
  if (model.status === "FAILED") throw new JobFailed(model.error ?? "The training failed.");
  const seconds = secondsSince(startedAt);
  progress.done(
    `Trained version ${model.version}, ${((model.filesize ?? 0) / 1e6).toFixed(1)} MB (${seconds.toFixed(1)} s).`,
  );
  return { modelId, seconds };
}

async function winnerOf(client: ApiClient, job: TuningJobResponse): Promise<DemoResult["winner"]> {
  const configuration = await client.get<ModelConfigurationResponse>(
    `model_configuration/${job.best_config}/`,
  );
  return {
    algorithm: configuration.recommender_class_name.replace(/Recommender$/, ""),
    params: configuration.parameters_json,
    metrics: job.final_metrics?.winner ?? {},
  };
}

async function askForLists(client: ApiClient, projectId: number, modelId: number, key: string) {
  const sample = () => client.get<SampleResponse>(`trained_model/${modelId}/sample_recommendation_raw/`);
  const known = await sample();
  const other = await sample();
  const profile = other.user_profile.slice(0, LIKED_ITEMS);
  const predict = (who: object) =>
    client.post<PredictResponse>(
      `/inference/predict/project/${projectId}`,
      { ...who, cutoff: CUTOFF, include_metadata: true },
      { "X-API-Key": key },
    );
  return {
    known_user: { user_id: known.user_id, items: (await predict({ user_id: known.user_id })).items },
    new_user: { profile, items: (await predict({ item_ids: profile })).items },
  };
}

function isFinished(trial: TrialResponse): boolean {
  return trial.state === "COMPLETE" || trial.state === "PRUNED" || trial.state === "FAILED";
}

function finishedShare(trials: readonly TrialResponse[], wanted: number): number {
  return trials.filter(isFinished).length / wanted;
}

function describeTrials(trials: readonly TrialResponse[], wanted: number): string {
  const values = trials.flatMap(({ state, value }) =>
    state === "COMPLETE" && value !== null ? [value] : [],
  );
  const best = values.length > 0 ? `, best ndcg@${CUTOFF} ${Math.max(...values).toFixed(4)}` : "";
  return `${trials.filter(isFinished).length}/${wanted} trials${best}`;
}

function secondsSince(startedAt: number): number {
  return (Date.now() - startedAt) / 1000;
}
