import { useSearchParams } from "@solidjs/router";
import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { createEffect, createSignal } from "solid-js";
import type { RecommendResponse } from "#contract/recommend.ts";
import { createKey, keyListKey, keyListQuery } from "../../api/api-keys.ts";
import { servingKey } from "../../api/deployment.ts";
import { metaDataListKey, metaDataListQuery } from "../../api/item-meta-data.ts";
import { modelListKey, modelListQuery, recommendToSample } from "../../api/models.ts";
import { uploadSample } from "../../api/sample.ts";
import { callServing } from "../../api/serving.ts";
import { createEvaluationConfig, createSplitConfig } from "../../api/study-configs.ts";
import { dataListKey, dataListQuery } from "../../api/training-data.ts";
import { createJob, jobListKey, jobListQuery } from "../../api/tuning-jobs.ts";
import { usageQuery } from "../../api/usage.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { automaticStep, failedStep, type StartProgress } from "./start-steps.ts";

/** A short search, so that the first recommendation comes within two minutes. */
const TRIALS = 6;
const HELDOUT_RATIO = 0.2;
const CUTOFF = 10;
const SEED = 42;
const LIST_LENGTH = 5;
/** A request of the serving API that it refused. */
class Refused extends Error {}

async function startJob(data: number): Promise<void> {
  const [split, evaluation] = await Promise.all([
    createSplitConfig({ scheme: "TU", heldout_ratio: HELDOUT_RATIO }),
    createEvaluationConfig({ target_metric: "ndcg", cutoff: CUTOFF }),
  ]);
  await createJob({
    ...{ data, split: split.id, evaluation: evaluation.id },
    ...{ n_trials: TRIALS, n_tasks_parallel: 2, random_seed: SEED },
  });
}

/** The steps of a project to its first live request and event. A project of the sample goes them alone. */
export function createStart() {
  const { projectId } = useProject();
  const client = useQueryClient();
  const [search] = useSearchParams<{ sample?: string }>();
  const [secret, setSecret] = createSignal<string | null>(null);
  const [answer, setAnswer] = createSignal<RecommendResponse | null>(null);
  const [milliseconds, setMilliseconds] = createSignal<number | null>(null);
  const [userId, setUserId] = createSignal("visitor-1");
  const [sentItem, setSentItem] = createSignal<string | null>(null);
  const data = useQuery(() => dataListQuery(projectId()));
  const items = useQuery(() => metaDataListQuery(projectId()));
  const jobs = useQuery(() => jobListQuery(projectId()));
  const models = useQuery(() => modelListQuery(projectId()));
  const keys = useQuery(() => keyListQuery(projectId()));
  const usage = useQuery(() => usageQuery(projectId()));
  const isPending = () => [data, items, jobs, models, keys, usage].some((query) => query.isPending);
  const statuses = (list: readonly { readonly status: string }[] | undefined) =>
    (list ?? []).map(({ status }) => status);
  const total = (field: "requests" | "events") =>
    (loadedData(usage)?.usage ?? []).reduce((sum, row) => sum + row[field], 0);
  const hasActiveKey = () => (loadedData(keys)?.results ?? []).some(({ is_active }) => is_active);
  const progress = (): StartProgress => ({
    data: statuses(loadedData(data)?.results),
    jobs: statuses(loadedData(jobs)?.results),
    models: statuses(loadedData(models)?.results),
    hasKey: secret() !== null || hasActiveKey(),
    requests: total("requests") + (answer() ? 1 : 0),
    events: total("events") + (sentItem() === null ? 0 : 1),
  });

  async function serve(path: string, body: object): Promise<string> {
    const key = secret();
    if (key === null) throw new Refused(t("onboarding.keyFirst"));
    const found = await callServing(location.origin + path, key, body);
    if (found.status >= 300) throw new Refused(`${found.status}: ${found.body}`);
    setMilliseconds(found.milliseconds);
    return found.body;
  }
  async function recommend(): Promise<void> {
    const body = { user_id: userId(), limit: LIST_LENGTH, include_metadata: true };
    setAnswer(JSON.parse(await serve("/v1/recommend", body)) as RecommendResponse);
  }
  const actions = {
    upload: async () => {
      await uploadSample(projectId(), (loadedData(items)?.results.length ?? 0) > 0);
      await client.invalidateQueries({ queryKey: metaDataListKey(projectId()) });
      await client.invalidateQueries({ queryKey: dataListKey(projectId()) });
    },
    tune: async () => {
      const ready = loadedData(data)?.results.find(({ status }) => status === "READY");
      if (ready) await startJob(ready.id);
      await client.invalidateQueries({ queryKey: jobListKey(projectId()) });
    },
    key: async () => {
      const created = await createKey({
        ...{ project: projectId(), name: t("onboarding.keyName"), scopes: ["predict", "events"] },
      });
      setSecret(created.key);
      const ready = loadedData(models)?.results.find(({ status }) => status === "READY");
      if (ready) setUserId((await recommendToSample(ready.id, 0)).user_id);
      await client.invalidateQueries({ queryKey: keyListKey(projectId()) });
    },
    request: recommend,
    event: async () => {
      const first = answer()?.items[0]?.item_id;
      if (first === undefined) return;
      await serve("/v1/events", { type: "click", user_id: userId(), item_id: first });
      setSentItem(first);
      await recommend();
    },
  };
  const run = useMutation(() => ({ mutationFn: (action: keyof typeof actions) => actions[action]() }));

  // The end of a job makes a model, and the end of its training puts it live: the lists poll only while something is open.
  createEffect(() => {
    if (progress().jobs.includes("COMPLETED")) {
      void client.invalidateQueries({ queryKey: modelListKey(projectId()) });
    }
  });
  createEffect(() => {
    if (progress().models.includes("READY")) {
      void client.invalidateQueries({ queryKey: servingKey(projectId()) });
    }
  });
  createEffect(() => {
    const isSample = search.sample !== undefined;
    if (!isSample || isPending() || run.isPending || run.error) return;
    const action = automaticStep(progress());
    const isReady = action !== "request" || secret() !== null;
    if (action !== null && isReady && failedStep(progress()) === null) run.mutate(action);
  });
  return {
    isPending,
    isSample: () => search.sample !== undefined,
    progress,
    secret,
    answer,
    milliseconds,
    userId,
    itemId: () => answer()?.items[0]?.item_id ?? "item-1",
    sentItem,
    job: () => loadedData(jobs)?.results[0] ?? null,
    error: () => run.error,
    isBusy: () => run.isPending,
    act: (action: keyof typeof actions) => run.mutate(action),
  };
}

export type Start = ReturnType<typeof createStart>;
