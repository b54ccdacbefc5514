import { useNavigate, useSearchParams } from "@solidjs/router";
import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { createEffect, createSignal, on } from "solid-js";
import { createStore } from "solid-js/store";
import { metaDataListQuery } from "../../api/item-meta-data.ts";
import {
  createEvaluationConfig,
  createSplitConfig,
  getEvaluationConfig,
  getSplitConfig,
} from "../../api/study-configs.ts";
import { dataListQuery } from "../../api/training-data.ts";
import { createJob, getJob, jobEstimateQuery, jobListKey } from "../../api/tuning-jobs.ts";
import { loadedData } from "../../components/loaded.tsx";
import { usualPercent } from "../measuring/held-out-share.ts";
import { useProject } from "../shell/use-project.ts";
import {
  checkPlan,
  firstPlan,
  type JobPlan,
  type JobPlanField,
  planOfJob,
  shareProblem,
  toRequests,
} from "./job-plan.ts";
import { algorithmsOfKind, type ModelKind } from "./model-kinds.ts";

/** The form of a new tuning job. */
export function createNewJob() {
  const { projectId, project, href } = useProject();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [search] = useSearchParams<{ data?: string; from?: string }>();
  const dataQuery = useQuery(() => dataListQuery(projectId()));
  const readyData = () => (loadedData(dataQuery)?.results ?? []).filter((row) => row.status === "READY");
  const hasTime = () => Boolean(project()?.time_column);

  const [plan, setPlan] = createStore<JobPlan>(firstPlan(hasTime()));
  const [chosenData, setChosenData] = createSignal<number | null>(Number(search.data) || null);
  const [problems, setProblems] = createSignal<Partial<Record<JobPlanField, string>>>({});
  const dataId = () => {
    const ready = readyData();
    return (ready.find((row) => row.id === chosenData()) ?? ready[0])?.id ?? null;
  };
  const counts = () => readyData().find((row) => row.id === dataId())?.report ?? null;
  const [kind, setKind] = createSignal<ModelKind | null>("automatic");
  const usualQuery = useQuery(() => ({
    ...jobEstimateQuery(dataId() ?? 0, null),
    enabled: dataId() !== null,
  }));
  const itemTables = useQuery(() => metaDataListQuery(projectId(), "item"));
  const hasItemTable = () =>
    loadedData(itemTables)?.results.some(({ status }) => status === "READY") ?? false;
  const estimateQuery = useQuery(() => ({
    ...jobEstimateQuery(dataId() ?? 0, plan.algorithms, plan.scheme),
    enabled: dataId() !== null && plan.algorithms?.length !== 0,
  }));
  createEffect(on(hasTime, (known) => setPlan({ scheme: known ? "TU" : "RG" }), { defer: true }));
  // The usual algorithms depend on the data, and may come after somebody chose a kind.
  createEffect(
    on(
      () => loadedData(usualQuery)?.algorithms,
      (usual) => {
        const chosen = kind();
        if (chosen !== null) setPlan({ algorithms: algorithmsOfKind(chosen, usual ?? []) });
      },
      { defer: true },
    ),
  );
  const [isShareTyped, setShareTyped] = createSignal(false);
  const copied = useQuery(() => ({
    queryKey: ["job-plan", Number(search.from)],
    queryFn: () => loadPlan(Number(search.from)),
    enabled: Number(search.from) > 0,
    staleTime: Number.POSITIVE_INFINITY,
    reconcile: false as const,
  }));
  createEffect(
    on(
      () => (Number(search.from) > 0 ? loadedData(copied) : undefined),
      (found) => {
        if (!found) return;
        setKind(found.plan.algorithms === null ? "automatic" : null);
        setShareTyped(true);
        setChosenData(found.data);
        setPlan(found.plan);
      },
    ),
  );
  createEffect(
    on(dataId, () => {
      if (!isShareTyped()) setPlan({ heldoutPercent: String(usualPercent(counts())) });
    }),
  );
  /**
   * The errors by field: those found at the last attempt to start, and those of the current share, which depends on the
   * data.
   */
  const allProblems = () => {
    const share = counts() && shareProblem(plan, counts());
    return share ? { ...problems(), heldoutPercent: share } : problems();
  };

  const mutation = useMutation(() => ({
    mutationFn: async (data: number) => {
      const requests = toRequests(plan);
      const [split, evaluation] = await Promise.all([
        createSplitConfig(requests.split),
        createEvaluationConfig(requests.evaluation),
      ]);
      return createJob({ ...requests.job, data, split: split.id, evaluation: evaluation.id });
    },
    onSuccess: (job) => {
      void client.invalidateQueries({ queryKey: jobListKey(projectId()) });
      navigate(href(`/tuning/${job.id}`));
    },
  }));

  return {
    href,
    hasTime,
    dataQuery,
    readyData,
    dataId,
    chooseData: (id: string) => setChosenData(Number(id)),
    plan,
    /** What the job would try on the chosen data. */
    tried: () => loadedData(estimateQuery)?.algorithms ?? plan.algorithms ?? [],
    /** The chosen algorithms that the job would not try. */
    leftOut: () => loadedData(estimateQuery)?.left_out ?? [],
    /** How many users the trials use of how many; null for all. */
    sample: () => loadedData(estimateQuery)?.sample ?? null,
    /** Null once somebody chose single algorithms. */
    kind,
    hasItemTable,
    setKind: (chosen: ModelKind) => {
      setKind(chosen);
      setPlan({ algorithms: algorithmsOfKind(chosen, loadedData(usualQuery)?.algorithms ?? []) });
    },
    set: <F extends JobPlanField>(field: F, value: JobPlan[F]) => {
      if (field === "algorithms") setKind(value === null ? "automatic" : null);
      if (field === "heldoutPercent") setShareTyped(true);
      setPlan({ [field]: value } as Partial<JobPlan>);
    },
    errorsOf: (field: JobPlanField) => {
      const text = allProblems()[field];
      return text ? [text] : undefined;
    },
    hasProblems: () => Object.keys(allProblems()).length > 0,
    error: () => mutation.error,
    busy: () => mutation.isPending,
    submit(): void {
      const found = checkPlan(plan, counts());
      setProblems(found);
      const data = dataId();
      if (data !== null && Object.keys(found).length === 0) mutation.mutate(data);
    },
  };
}

/** The plan of a job to copy, and its data. */
async function loadPlan(jobId: number): Promise<{ readonly plan: JobPlan; readonly data: number }> {
  const job = await getJob(jobId);
  const [split, evaluation] = await Promise.all([
    getSplitConfig(job.split),
    getEvaluationConfig(job.evaluation),
  ]);
  return { plan: planOfJob(job, split, evaluation), data: job.data };
}

export type NewJob = ReturnType<typeof createNewJob>;
