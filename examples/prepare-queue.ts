/** What QueueRec needs of a running Edgewise: a project of plays in their order, a model of what comes next, live, and two keys. */
import { openAccount } from "#cli/demo/demo-account.ts";
import { uploadFile } from "#cli/demo/upload.ts";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { DeploymentSlotResponse } from "#contract/deployment-slot.ts";
import type { ProjectResponse } from "#contract/project.ts";
import type { EvaluationConfigResponse, SplitConfigResponse } from "#contract/study-config.ts";
import { isOpenJob, type TuningJobResponse } from "#contract/tuning-job.ts";
import { type AlbumTrack, makeWalks, playsCsv } from "./sample/make-walks.ts";
import { TRACKS } from "./sample/words.ts";

/** What the page reads. It has no secret: the browser key asks and tells for the person of a token alone. */
export interface QueueSettings {
  readonly recommendUrl: string;
  readonly eventsUrl: string;
  readonly browserKey: string;
  readonly items: readonly AlbumTrack[];
}

export interface PreparedQueue {
  readonly settings: QueueSettings;
  /** Makes tokens of visitors. Stays on the server. */
  readonly secretKey: string;
}

/**
 * Makes all of it; ready when it returns. Throws with the reason if no model comes of it.
 *
 * @param url Of the deployment. @param origin Of the page, which alone may use its key.
 */
export async function prepareQueue(url: string, origin: string): Promise<PreparedQueue> {
  const { client } = await openAccount(url);
  const walks = makeWalks(TRACKS, 13);
  const columns = { user_column: "person", item_column: "item", time_column: "at" };
  const project = await client.post<ProjectResponse>("project/", { name: "queuerec", ...columns });
  const bytes = new TextEncoder().encode(playsCsv(walks));
  const read = async (start: number, end: number) => bytes.subarray(start, end);
  const file = { name: "plays.csv", size: bytes.length, read };
  const data = await uploadFile(client, project.id, "training_data", file, () => undefined);
  const split = await client.post<SplitConfigResponse>("split_config/", { scheme: "next-item" });
  const evaluation = await client.post<EvaluationConfigResponse>("evaluation_config/", { cutoff: 10 });
  const { id } = await client.post<TuningJobResponse>("parameter_tuning_job/", {
    ...{ data: data.id, split: split.id, evaluation: evaluation.id },
    ...{ n_trials: 6, train_after_tuning: true },
  });
  const job = await waitFor(
    () => client.get<TuningJobResponse>(`parameter_tuning_job/${id}/`),
    ({ status }) => !isOpenJob(status),
  );
  if (job.status !== "COMPLETED") throw new Error(`queuerec: the tuning job is ${job.status}`);
  await waitFor(
    () => client.get<{ results: DeploymentSlotResponse[] }>(`deployment_slot/?project=${project.id}`),
    ({ results }) => results.length > 0,
  );
  const keyOf = (body: object) =>
    client.post<ApiKeyCreatedResponse>("api_keys/", {
      ...{ project: project.id, scopes: ["predict", "events"], ...body },
    });
  const secret = await keyOf({ name: "server" });
  const browser = await keyOf({ name: "page", is_browser: true, allowed_origins: [origin] });
  return {
    secretKey: secret.key,
    settings: {
      ...{ recommendUrl: `${url}/v1/recommend`, eventsUrl: `${url}/v1/events` },
      ...{ browserKey: browser.key, items: walks.items },
    },
  };
}
