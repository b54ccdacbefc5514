import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { createEffect, createSignal, on } from "solid-js";
import { createStore } from "solid-js/store";
import { ApiError } from "../../api/api-error.ts";
import { modelConfigurationsQuery } from "../../api/models.ts";
import {
  deleteSchedule,
  retrainingKey,
  saveSchedule,
  scheduleQuery,
  triggerRun,
} from "../../api/retraining.ts";
import { createEvaluationConfig, createSplitConfig } from "../../api/study-configs.ts";
import { dataListQuery } from "../../api/training-data.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { usualSplit } from "../measuring/held-out-share.ts";
import { useProject } from "../shell/use-project.ts";
import {
  checkSchedule,
  type PlanProblems,
  planOf,
  type SchedulePlan,
  toScheduleBody,
} from "./schedule-plan.ts";

/** The retraining of a project: its schedule as a form, and its actions. */
export function createSchedule() {
  const { projectId, project } = useProject();
  const client = useQueryClient();
  const query = useQuery(() => scheduleQuery(projectId()));
  const configurations = useQuery(() => modelConfigurationsQuery(projectId()));
  const schedule = () => loadedData(query)?.schedule ?? null;
  const [plan, setPlan] = createStore<SchedulePlan>(planOf(null));
  const [problems, setProblems] = createSignal<PlanProblems>({});
  const [said, setSaid] = createSignal<string | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: retrainingKey(projectId()) });
  // The form begins with the stored schedule; after a refused save it keeps the typed values.
  createEffect(
    on(
      () => schedule()?.updated_at,
      () => setPlan(planOf(schedule())),
    ),
  );

  const mutation = useMutation(() => ({
    mutationFn: async () => {
      const known = schedule();
      return saveSchedule(known?.id ?? null, toScheduleBody(projectId(), plan, await studyOf(known)));
    },
    onSuccess: async () => {
      await refresh();
      setSaid(t("retraining.saved"));
    },
  }));

  /** Searches use the split and evaluation of the schedule, or the usual ones. */
  async function studyOf(known: ReturnType<typeof schedule>) {
    if (known?.split_config && known.evaluation_config) {
      return { split: known.split_config, evaluation: known.evaluation_config };
    }
    if (!plan.retune) return null;
    const { results } = await client.fetchQuery(dataListQuery(projectId()));
    const newest = results.find(({ status }) => status === "READY");
    const [split, evaluation] = await Promise.all([
      createSplitConfig(usualSplit(Boolean(project()?.time_column), newest?.report ?? null)),
      createEvaluationConfig({ cutoff: 10 }),
    ]);
    return { split: split.id, evaluation: evaluation.id };
  }

  const refused = () => (mutation.error instanceof ApiError ? mutation.error.fields : {});
  const FIELD_NAMES = {
    cron: "cron_expression",
    configuration: "model_configuration",
    tolerance: "deploy_tolerance",
    keepVersions: "keep_versions",
  } as const;
  return {
    query,
    schedule,
    configurations: () => loadedData(configurations)?.results ?? [],
    plan,
    set: (changes: Partial<SchedulePlan>) => {
      setSaid(null);
      setPlan(changes);
    },
    errorsOf: (field: keyof PlanProblems) => {
      const own = problems()[field];
      return own ? [own] : refused()[FIELD_NAMES[field]];
    },
    formError: () => (mutation.error && Object.keys(refused()).length === 0 ? mutation.error : null),
    busy: () => mutation.isPending,
    said,
    submit(): void {
      const found = checkSchedule(plan);
      setProblems(found);
      if (Object.keys(found).length === 0) mutation.mutate();
    },
    async trigger(): Promise<void> {
      const known = schedule();
      if (!known) return;
      const { run } = await triggerRun(known.id);
      setSaid(run ? t("retraining.started", run) : t("retraining.notStarted"));
      await refresh();
    },
    async remove(): Promise<void> {
      const known = schedule();
      if (known) await deleteSchedule(known.id);
      await refresh();
    },
  };
}

export type Schedule = ReturnType<typeof createSchedule>;
