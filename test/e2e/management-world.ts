/** A project of the administrator with two models, made over HTTP, for pages that need content. */
import { waitFor } from "#cli/demo/wait-for.ts";
import { tasteCsv } from "./study-world.ts";

export interface ManagementWorld {
  readonly projectId: number;
  post(path: string, body: unknown): Promise<Response>;
  /** Addresses, within the project, of the pages that show one file, one model, two models and one job that has ended. */
  rows(): Promise<string[]>;
  /** The id of a new model, ready and not live, of that algorithm. */
  addModel(recommenderClassName: string, parameters: Readonly<Record<string, unknown>>): Promise<number>;
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
  const train = async (algorithm: object, deploy: string) => {
    const configuration = await read<Row>(
      post("model_configuration/", { project: project.id, ...algorithm }),
    );
    const model = await read<Row>(
      post("trained_model/", { configuration: configuration.id, data_loc: data.id, deploy }),
    );
    const ready = await waitFor(
      () => read<Row>(send("GET", `trained_model/${model.id}/`)),
      ({ status }) => status === "READY",
    );
    return ready.id;
  };
  await train({ name: "browser test", recommender_class_name: "TopPopRecommender" }, "if_better");
  // Under the default rule the second model would be measured together with the first at once.
  await train({ name: "browser test, kNN", recommender_class_name: "CosineKNNRecommender" }, "never");
  return {
    projectId: project.id,
    post,
    async rows() {
      const newest = async (resource: string, status: string) => {
        const list = await read<{ readonly results: readonly Row[] }>(
          send("GET", `${resource}/?project=${project.id}`),
        );
        const ids = list.results.filter((row) => row.status === status).map(({ id }) => id);
        if (ids.length === 0) throw new Error(`No ${resource} is ${status}.`);
        return ids;
      };
      const models = await newest("trained_model", "READY");
      const jobs = await newest("parameter_tuning_job", "COMPLETED");
      const one = [`/data/${data.id}`, `/models/${models[0]}`, `/tuning/${jobs[0]}`];
      return [...one, `/models/compare?ids=${models.slice(0, 2).join()}`];
    },
    addModel: (recommender_class_name, parameters_json) =>
      train({ name: "browser test, added", recommender_class_name, parameters_json }, "never"),
    async startLongJob() {
      const split = await read<Row>(post("split_config/", { scheme: "TU", heldout_ratio: 0.2 }));
      const evaluation = await read<Row>(post("evaluation_config/", { cutoff: 10 }));
      const study = { data: data.id, split: split.id, evaluation: evaluation.id };
      return (await read<Row>(post("parameter_tuning_job/", { ...study, n_trials: 200 }))).id;
    },
  };
}
