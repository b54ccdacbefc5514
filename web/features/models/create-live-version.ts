import { useQuery, useQueryClient } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { ServingResponse } from "#contract/deployment.ts";
import { deployModel, rollBackSlot, servingKey, servingQuery } from "../../api/deployment.ts";
import { modelListKey } from "../../api/models.ts";
import { loadedData } from "../../components/loaded.tsx";

export type LiveSlot = ServingResponse["slots"][number];

/** Which version of a project is live, and the actions that change it. */
export function createLiveVersion(projectId: Accessor<number>) {
  const client = useQueryClient();
  const query = useQuery(() => servingQuery(projectId()));
  const slots = () => loadedData(query)?.slots ?? [];
  async function refresh(): Promise<void> {
    await Promise.all([
      client.invalidateQueries({ queryKey: servingKey(projectId()) }),
      client.invalidateQueries({ queryKey: modelListKey(projectId()) }),
      client.invalidateQueries({ queryKey: ["model"] }),
    ]);
  }
  return {
    isPending: () => query.isPending,
    slots,
    isLive: (modelId: number) => slots().some((slot) => slot.model.id === modelId),
    /** Whether the project could answer nothing without this model. */
    isOnly: (modelId: number) =>
      slots().some((slot) => slot.model.id === modelId) &&
      slots().every((slot) => slot.model.id === modelId && slot.fallback === null),
    refresh,
    async makeLive(modelId: number): Promise<void> {
      await deployModel(modelId);
      await refresh();
    },
    async rollBack(slot: LiveSlot): Promise<void> {
      await rollBackSlot(slot.id, slot.model.id);
      await refresh();
    },
  };
}

export type LiveVersion = ReturnType<typeof createLiveVersion>;
