import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import type { ExperimentReport } from "#contract/experiment.ts";
import { servingKey } from "../../api/deployment.ts";
import {
  deleteExperiment,
  type ExperimentStep,
  experimentKey,
  experimentQuery,
  experimentReportQuery,
  experimentsKey,
  stepExperiment,
} from "../../api/experiments.ts";
import { loadedData } from "../../components/loaded.tsx";
import { createSlotNames } from "./create-slot-names.ts";

/** One experiment, its figures and its steps. */
export function createExperiment(projectId: Accessor<number>, experimentId: Accessor<number>) {
  const client = useQueryClient();
  const query = useQuery(() => experimentQuery(experimentId()));
  const row = () => loadedData(query);
  const [method, setMethod] = createSignal<ExperimentReport["method"]>("sequential");
  const report = useQuery(() => ({
    ...experimentReportQuery(experimentId(), method(), row()?.status === "RUNNING"),
    enabled: row() !== undefined && row()?.status !== "DRAFT",
  }));
  async function changed(): Promise<void> {
    await Promise.all(
      [experimentKey(experimentId()), experimentsKey(projectId()), servingKey(projectId())].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
  }
  const step = useMutation(() => ({
    mutationFn: ({ name, slot, reason }: { name: ExperimentStep; slot?: number; reason?: string }) =>
      stepExperiment(experimentId(), name, {
        ...(slot !== undefined && { slot }),
        ...(reason !== undefined && { reason }),
      }),
    onSuccess: changed,
  }));
  return {
    query,
    row,
    report,
    names: createSlotNames(projectId),
    method,
    setMethod,
    step,
    start: () => step.mutate({ name: "start" }),
    /** Throws its failure, for a question that shows it. */
    async stop(): Promise<void> {
      await stepExperiment(experimentId(), "stop", {});
      await changed();
    },
    async remove(): Promise<void> {
      await deleteExperiment(experimentId());
      await client.invalidateQueries({ queryKey: experimentsKey(projectId()) });
    },
  };
}

export type OpenExperiment = ReturnType<typeof createExperiment>;
