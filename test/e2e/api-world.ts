import { randomBytes } from "node:crypto";
import { type ApiClient, signUp } from "#cli/demo/api-client.ts";
import { type UploadedRow, uploadFile } from "#cli/demo/upload.ts";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { TrainedModelResponse } from "#contract/model.ts";
import type { ProjectResponse } from "#contract/project.ts";
import type { EvaluationConfigResponse, SplitConfigResponse } from "#contract/study-config.ts";
import {
  isOpenJob,
  type TrialResponse,
  type TuningJobRequest,
  type TuningJobResponse,
} from "#contract/tuning-job.ts";

/** An account with one project, and the steps of the main job as calls; each resolves when the server has finished. */
export interface World {
  readonly client: ApiClient;
  readonly project: ProjectResponse;
  upload(content: string | Uint8Array, name?: string): Promise<UploadedRow>;
  startTuning(dataId: number, settings?: Partial<TuningJobRequest>): Promise<TuningJobResponse>;
  trials(jobId: number): Promise<TrialResponse[]>;
  job(jobId: number): Promise<TuningJobResponse>;
  jobEnd(jobId: number): Promise<TuningJobResponse>;
  modelEnd(modelId: number): Promise<TrainedModelResponse>;
  predictKey(): Promise<string>;
  /** Headers with a separate session, for requests that the client has no method for. */
  session(): Promise<Record<string, string>>;
}

export async function createWorld(url: string): Promise<World> {
  const name = `u-${randomBytes(5).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  const client = await signUp(url, name, password);
  const columns = { user_column: "user", item_column: "item", time_column: "at" };
  const project = await client.post<ProjectResponse>("project/", { name, ...columns });
  const job = (jobId: number) => client.get<TuningJobResponse>(`parameter_tuning_job/${jobId}/`);
  return {
    client,
    project,
    upload: (content, fileName = "data.csv") => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      const read = async (start: number, end: number) => bytes.subarray(start, end);
      const file = { name: fileName, size: bytes.length, read };
      return uploadFile(client, project.id, "training_data", file, () => undefined);
    },
    startTuning: (dataId, settings = {}) => startTuning(client, dataId, settings),
    trials: (jobId) => client.get<TrialResponse[]>(`parameter_tuning_job/${jobId}/trials/`),
    job,
    jobEnd: (jobId) =>
      waitFor(
        () => job(jobId),
        ({ status }) => !isOpenJob(status),
      ),
    modelEnd: (modelId) =>
      waitFor(
        () => client.get<TrainedModelResponse>(`trained_model/${modelId}/`),
        ({ status }) => status === "READY" || status === "FAILED",
      ),
    async predictKey() {
      const body = { project: project.id, name: randomBytes(4).toString("hex"), scopes: ["predict"] };
      return (await client.post<ApiKeyCreatedResponse>("api_keys/", body)).key;
    },
    async session() {
      const { access } = await client.post<{ access: string }>("auth/login/", { username: name, password });
      return { Authorization: `Bearer ${access}` };
    },
  };
}

async function startTuning(
  client: ApiClient,
  dataId: number,
  settings: Partial<TuningJobRequest>,
): Promise<TuningJobResponse> {
  const split = await client.post<SplitConfigResponse>("split_config/", { scheme: "TU", heldout_ratio: 0.2 });
  const evaluation = await client.post<EvaluationConfigResponse>("evaluation_config/", { cutoff: 10 });
  return client.post<TuningJobResponse>("parameter_tuning_job/", {
    data: dataId,
    split: split.id,
    evaluation: evaluation.id,
    n_trials: 6,
    random_seed: 3,
    ...settings,
  });
}
