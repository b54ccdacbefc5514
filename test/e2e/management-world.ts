/** A project of the administrator with two models, made over HTTP, for pages that need content. */
import { waitFor } from "#cli/demo/wait-for.ts";
import { tasteCsv } from "./study-world.ts";

export interface ManagementWorld {
  readonly projectId: number;
  post(path: string, body: unknown): Promise<Response>;
  /** Addresses, within the project, of the pages that show one file, one model, two models and one job. */
  rows(): Promise<string[]>;
  /** The id of a job that runs until somebody cancels it. */
  startLongJob(): Promise<number>;
}

interface Row {
  readonly id: number;
  readonly status: string;
}

export async function makeManagementWorld(
  url: string,
  administrator: { readonly username: string; readonly password: string },
): Promise<ManagementWorld> {
  let token = "";
  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const read = async <T>(response: Promise<Response>): Promise<T> => {
    const found = await response;
    if (!found.ok) throw new Error(`${found.url}: ${found.status} ${await found.text()}`);
    return (await found.json()) as T;
  };
  const post = (path: string, body: unknown) => send("POST", path, body);
  token = (await read<{ access: string }>(post("auth/login/", administrator))).access;
  const name = `management ${Date.now().toString(36)}`;
  const columns = { user_column: "user", item_column: "item", time_column: "at" };
  const project = await read<Row>(post("project/", { name, ...columns }));
  const form = new FormData();
  form.append("project", String(project.id));
  form.append("file", new File([tasteCsv(120, 60, 12)], "likes.csv"));
  const headers = { authorization: `Bearer ${token}` };
  const data = await read<Row>(
    fetch(`${url}/api/v1/training_data/`, { method: "POST", headers, body: form }),
  );
  for (const [label, recommender_class_name, deploy] of [
    ["browser test", "TopPopRecommender", "if_better"],
    ["browser test, kNN", "CosineKNNRecommender", "never"],
  ]) {
    const configuration = await read<Row>(
      post("model_configuration/", { project: project.id, name: label, recommender_class_name }),
    );
    const model = await read<Row>(
      // Under the default rule the second model would be measured together with the first at once.
      post("trained_model/", { configuration: configuration.id, data_loc: data.id, deploy }),
    );
    await waitFor(
      () => read<Row>(send("GET", `trained_model/${model.id}/`)),
      ({ status }) => status === "READY",
    );
  }
  return {
    projectId: project.id,
    post,
    async rows() {
      const newest = async (resource: string) => {
        const list = send("GET", `${resource}/?project=${project.id}`);
        return (await read<{ readonly results: readonly Row[] }>(list)).results.map(({ id }) => id);
      };
      const [models, jobs] = [await newest("trained_model"), await newest("parameter_tuning_job")];
      const one = [`/data/${data.id}`, `/models/${models[0]}`, `/tuning/${jobs[0]}`];
      return [...one, `/models/compare?ids=${models.slice(0, 2).join()}`];
    },
    async startLongJob() {
      const split = await read<Row>(post("split_config/", { scheme: "TU", heldout_ratio: 0.2 }));
      const evaluation = await read<Row>(post("evaluation_config/", { cutoff: 10 }));
      const study = { data: data.id, split: split.id, evaluation: evaluation.id };
      return (await read<Row>(post("parameter_tuning_job/", { ...study, n_trials: 200 }))).id;
    },
  };
}
